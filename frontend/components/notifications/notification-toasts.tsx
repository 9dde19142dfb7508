"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { markRead } from "@/lib/notifications";
import { openTask } from "@/lib/open-task";
import { notificationsQuery } from "@/lib/queries";
import { say } from "@/lib/toasts";

/** Older ones, found when the page has been away, wait in the bell. */
const fresh = 120_000;

/** Says a reminder aloud when it fires, in the tabs that are looked at. */
export function NotificationToasts() {
  const client = useQueryClient();
  const { data } = useQuery(notificationsQuery);
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!data) return;
    const known = seen.current;
    seen.current = new Set([...(known ?? []), ...data.items.map((item) => item.id)]);
    if (!known || document.visibilityState === "hidden") return;
    for (const { id, kind, title, taskId, readAt, createdAt } of data.items) {
      if (known.has(id) || readAt || kind !== "reminder.due" || Date.now() - Date.parse(createdAt) > fresh) continue;
      const open = () => {
        void markRead(client, id);
        if (taskId) openTask(taskId);
      };
      say(`Reminder: ${title}`, { act: { label: "Open", onClick: open } });
    }
  }, [data, client]);
  return null;
}
