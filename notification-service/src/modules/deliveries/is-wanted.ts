import type { Backend } from "../../backend.ts";
import type { PendingDelivery } from "./deliveries.repository.ts";
import { isLate, isTooOld } from "./lateness.ts";

/** Why a delivery is not wanted any more, or null. Throws when the backend cannot say. */
export async function reasonNotWanted(
  { reminderId, fireAt }: PendingDelivery,
  backend: Pick<Backend, "stillApplies">,
  now = new Date(),
): Promise<string | null> {
  if (reminderId === null || fireAt === null || !isLate(fireAt, now)) return null;
  if (isTooOld(fireAt, now)) return "more than a day late";
  return (await backend.stillApplies(reminderId, fireAt)) ? null : "does not apply any more";
}
