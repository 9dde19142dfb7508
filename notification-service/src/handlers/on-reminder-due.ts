import { reminderDue } from "@tend/contracts";
import { batchHandler } from "@tend/service-kit";
import type { HandlerContext } from "../context.ts";
import { isLate, isTooOld } from "../modules/deliveries/lateness.ts";
import { notify } from "../modules/notifications/notify.ts";

/** One notification for each reminder and moment, whatever the number of events; none for a replay of one that is a day old. */
export const onReminderDue = batchHandler(
  reminderDue,
  async (events, context: HandlerContext & Parameters<typeof notify>[1]) => {
    const now = context.now();
    const due = events.filter(({ data }) => !isTooOld(data.fireAt, now));
    await notify(
      due.map(({ data, traceparent }) => ({
        kind: "reminder.due" as const,
        source: `${data.reminderId} ${data.fireAt}`,
        accountId: data.accountId,
        taskId: data.taskId,
        reminderId: data.reminderId,
        title: data.title,
        fireAt: data.fireAt,
        due: data.due,
        isLate: isLate(data.fireAt, now),
        traceparent,
      })),
      context,
    );
  },
);
