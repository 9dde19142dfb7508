import type { JobTask } from "@tend/service-kit";
import type { Context } from "../context.ts";
import { beginAttempt, giveUp, markSent } from "../modules/deliveries/deliveries.repository.ts";
import { reasonNotWanted } from "../modules/deliveries/is-wanted.ts";
import { readPayload } from "./payload.ts";

/** A late reminder comes into the app only once the backend says that it still applies. */
export function deliverInApp({ pool, backend, signals }: Pick<Context, "pool" | "backend" | "signals">): JobTask {
  return async (payload) => {
    const delivery = await beginAttempt(pool, readPayload(payload));
    if (!delivery) return;
    const reason = await reasonNotWanted(delivery, backend);
    if (reason) return giveUp(pool, delivery.id, "superseded", reason);
    await markSent(pool, delivery.id, null);
    signals.add([delivery.accountId]);
  };
}
