import { otherEvent } from "@tend/contracts";
import { batchHandler } from "@tend/service-kit";
import { appendEntries } from "../modules/trail/append-entries.ts";

/** While a later version is rolled out beside this one, its events may come here: nobody else would record them. */
export const onOtherEvents = batchHandler(otherEvent, async (events, { tx }) => {
  await appendEntries(
    tx,
    events.map(({ id, type, subject = null, data: { changes, ...data } }) => {
      return { id, type, subject, ...data, details: { changes } };
    }),
  );
});
