import { taskCreated, taskReopened, taskRestored, taskRevived, taskUpdated, taskWithdrawn } from "@tend/contracts";
import { batchHandler } from "@tend/service-kit";
import { recordChanges } from "../modules/occurrences/record-change.ts";

/** Changes that ask for no next occurrence: only the ledger follows them. */
export const onOccurrenceChanged = batchHandler(
  [taskCreated, taskUpdated, taskReopened, taskRestored, taskWithdrawn, taskRevived],
  async (events, { tx }) => {
    await recordChanges(
      tx,
      events.map(({ data }) => data),
    );
  },
);
