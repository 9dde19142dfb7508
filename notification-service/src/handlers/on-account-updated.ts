import { accountUpdated } from "@tend/contracts";
import { callingHandler } from "@tend/service-kit";
import type { HandlerContext } from "../context.ts";

/** Name, address, zone or language changed: the next mail asks for them anew. */
export const onAccountUpdated = callingHandler(accountUpdated, {
  call: ({ data }, { backend }: HandlerContext) => backend.forgetContact(data.accountId),
  store: async () => {},
});
