import { listDeadLetters, resendDeadLetters } from "@tend/embedded-dapr";
import { Fault } from "../bootstrap/fault.mjs";
import type { Letters } from "./letter.ts";

const most = 100_000;

/** The log keeps why and for whom; only its sidecar may write to it, so what is sent again is left to it. */
export const embeddedLetters = (databaseUrl: string): Letters => ({
  list: () => listDeadLetters(databaseUrl, { limit: most }),
  resend: async (ids) => {
    const { result } = await resendDeadLetters(databaseUrl, { ids });
    if (!result) return null;
    if ("error" in result) throw new Fault(`The dead letters were not sent again: ${result.error}.`);
    return Number(result.resent);
  },
});
