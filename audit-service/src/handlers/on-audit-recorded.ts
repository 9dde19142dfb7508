import { auditRecorded } from "@tend/contracts";
import { batchHandler } from "@tend/service-kit";
import { appendEntries } from "../modules/trail/append-entries.ts";

/** Sign-ins, tokens, exports: the entry's type is the action. */
export const onAuditRecorded = batchHandler(auditRecorded, async (events, { tx }) => {
  await appendEntries(
    tx,
    events.map(({ id, data: { accountId, actor, at, action, details } }) => {
      return { id, type: action, accountId, actor, at, subject: null, details };
    }),
  );
});
