import { z } from "zod";
import { Id, Instant, pageOf } from "./primitives.ts";

export const NotificationKind = z.enum(["reminder.due", "task.created"]);
export const Channel = z.enum(["in-app", "email"]);
export const DeliveryStatus = z.enum(["pending", "sent", "failed", "superseded"]);

/** A receipt: what was sent, when, and what the provider said. */
export const Delivery = z.object({
  channel: Channel,
  status: DeliveryStatus,
  attempts: z.number().int(),
  sentAt: Instant.nullable(),
  error: z.string().nullable(),
});
export const Notification = z
  .object({
    id: Id,
    kind: NotificationKind,
    taskId: Id.nullable(),
    title: z.string(),
    fireAt: Instant.nullable(),
    createdAt: Instant,
    readAt: Instant.nullable(),
    deliveries: z.array(Delivery),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;
export const NotificationPage = pageOf(Notification).extend({
  unread: z.number().int().describe("Counted to 100 at most"),
});
export type NotificationPage = z.infer<typeof NotificationPage>;

/** Which channels each kind goes to; `email` counts only where a mail server is set. */
export const NotificationPreferences = z.object({
  "reminder.due": z.object({ "in-app": z.boolean(), email: z.boolean() }),
  "task.created": z.object({ "in-app": z.boolean(), email: z.boolean() }),
});
export type NotificationPreferences = z.infer<typeof NotificationPreferences>;
export const defaultPreferences: NotificationPreferences = {
  "reminder.due": { "in-app": true, email: true },
  "task.created": { "in-app": false, email: false },
};
const channels = z.strictObject({ "in-app": z.boolean().optional(), email: z.boolean().optional() });
export const NotificationPreferencesPatch = z.strictObject({
  "reminder.due": channels.optional(),
  "task.created": channels.optional(),
});
