import { type Due, defaultPreferences, type NotificationPreferences } from "@tend/contracts";
import type { NewJob, Writing } from "@tend/service-kit";
import { v5 as uuidv5 } from "uuid";
import type { HandlerContext } from "../../context.ts";
import type { NewDelivery } from "../deliveries/deliveries.repository.ts";
import { insertDeliveries } from "../deliveries/deliveries.repository.ts";
import { findPreferences } from "../preferences/preferences.repository.ts";
import { insertNotifications } from "./notifications.repository.ts";

export type Occasion = {
  kind: keyof NotificationPreferences;
  /** Names it for ever among its kind. */
  source: string;
  accountId: string;
  taskId: string;
  reminderId: string | null;
  title: string;
  fireAt: string | null;
  due: Due | null;
  isLate: boolean;
  traceparent: string | undefined;
};
export type Planned = Occasion & { id: string; channels: ("in-app" | "email")[]; isShown: boolean; isRead: boolean };

const namespace = "5f0c8c1e-6a2b-5f0e-9d53-3c1b5d2a7e44";
export const notificationId = (kind: string, source: string) => uuidv5(`${kind} ${source}`, namespace);
export const deliveryId = (notification: string, channel: string) => uuidv5(`${notification} ${channel}`, namespace);

/** Writes notifications and their deliveries in a few statements; what is not late is in the app at once, mail and late ones are jobs. */
export async function notify(occasions: readonly Occasion[], context: HandlerContext & Writing): Promise<void> {
  if (occasions.length === 0) return;
  const { tx, jobs, signals } = context;
  const preferences = await findPreferences(tx, [...new Set(occasions.map(({ accountId }) => accountId))]);
  const plans = occasions
    .map((occasion) => plan(occasion, preferences.get(occasion.accountId) ?? defaultPreferences, context.canMail))
    .filter(({ channels }) => channels.length > 0);
  if (plans.length === 0) return;
  const made = await insertNotifications(tx, plans);
  const fresh = plans.filter(({ id }) => made.delete(id));
  await insertDeliveries(tx, fresh.flatMap(toDeliveries));
  await jobs.add(tx, fresh.flatMap(toJobs));
  const told = fresh.filter(({ isShown }) => isShown).map(({ accountId }) => accountId);
  context.afterCommit(() => signals.add(told));
}

function plan(occasion: Occasion, preferences: NotificationPreferences, canMail: boolean): Planned {
  const wanted = preferences[occasion.kind];
  const channels = (["in-app", "email"] as const).filter(
    (channel) => wanted[channel] && (channel === "in-app" || canMail),
  );
  const id = notificationId(occasion.kind, occasion.source);
  // Without the app among the channels it is a receipt to look up, and nothing to call attention to.
  return { ...occasion, id, channels, isShown: !occasion.isLate, isRead: !wanted["in-app"] };
}

const toDeliveries = ({ id, channels, isLate }: Planned): NewDelivery[] =>
  channels.map((channel) => ({
    id: deliveryId(id, channel),
    notificationId: id,
    channel,
    isSent: channel === "in-app" && !isLate,
  }));

const toJobs = ({ id, channels, isLate, traceparent }: Planned): NewJob[] =>
  channels
    .filter((channel) => channel === "email" || isLate)
    .map((channel) => ({
      task: channel === "email" ? "send-mail" : "deliver-in-app",
      payload: { deliveryId: deliveryId(id, channel) },
      maxAttempts: 14,
      ...(traceparent ? { traceparent } : {}),
    }));
