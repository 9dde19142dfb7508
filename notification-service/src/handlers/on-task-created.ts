import { taskCreated } from "@tend/contracts";
import { batchHandler } from "@tend/service-kit";
import type { HandlerContext } from "../context.ts";
import { isTooOld } from "../modules/deliveries/lateness.ts";
import { notify } from "../modules/notifications/notify.ts";

/** For those who asked for it: the preference is off for everyone at first. */
export const onTaskCreated = batchHandler(
  taskCreated,
  async (events, context: HandlerContext & Parameters<typeof notify>[1]) => {
    const now = context.now();
    const fresh = events.filter(({ data }) => !isTooOld(data.at, now));
    await notify(
      fresh.map(({ data: { accountId, task }, traceparent }) => ({
        kind: "task.created" as const,
        source: task.id,
        accountId,
        taskId: task.id,
        reminderId: null,
        title: task.title,
        fireAt: null,
        due: task.due,
        isLate: false,
        traceparent,
      })),
      context,
    );
  },
);
