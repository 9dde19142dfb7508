"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Notification } from "@tend/contracts";
import { clsx } from "clsx";
import { useViewer } from "@/components/providers";
import { Button } from "@/components/ui/button";
import { Popover, PopoverAnchor, PopoverContent } from "@/components/ui/popover";
import { sayMoment, sayMomentExactly } from "@/lib/dates/wording";
import { markAllRead, markRead } from "@/lib/notifications";
import { openTask } from "@/lib/open-task";
import { notificationsQuery } from "@/lib/queries";
import { reasonOf } from "@/lib/toasts";

const kinds: Record<Notification["kind"], string> = { "reminder.due": "Reminder", "task.created": "New task" };

export default function NotificationPopover({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const { data, error } = useQuery(notificationsQuery);
  const open = (notification: Notification) => {
    if (!notification.readAt) void markRead(client, notification.id);
    if (notification.taskId) openTask(notification.taskId);
    onClose();
  };
  return (
    <Popover open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <PopoverAnchor className="absolute inset-0" />
      <PopoverContent aria-label="Notifications" className="w-88 max-w-[calc(100vw-1.5rem)] p-0!">
        <div className="flex h-11 items-center justify-between border-b border-line px-3.5">
          <h2 className="font-semibold">Notifications</h2>
          {data && data.unread > 0 && (
            <Button look="link" size="text" onClick={() => void markAllRead(client)}>
              Mark all as read
            </Button>
          )}
        </div>
        {error && !data && <p className="p-4 text-quiet">{reasonOf(error)}</p>}
        {data?.items.length === 0 && (
          <p className="px-4 py-8 text-center text-quiet">Nothing yet. Reminders appear here when they are due.</p>
        )}
        <ul className="max-h-96 overflow-y-auto p-1">
          {data?.items.map((notification) => (
            <Item key={notification.id} notification={notification} onOpen={() => open(notification)} />
          ))}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

function Item({ notification, onOpen }: { notification: Notification; onOpen: () => void }) {
  const viewer = useViewer();
  const { kind, title, createdAt, fireAt, readAt, deliveries } = notification;
  const at = fireAt ?? createdAt;
  const isMailed = deliveries.some(({ channel, status }) => channel === "email" && status === "sent");
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full items-start gap-2.5 rounded-s px-2.5 py-2 text-left hover:bg-hover phone:min-h-touch"
      >
        <span className={clsx("mt-1.5 size-2 flex-none rounded-full", readAt ? "bg-transparent" : "bg-accent")}>
          {!readAt && <span className="sr-only">Unread</span>}
        </span>
        <span className="min-w-0 flex-1">
          <span className={clsx("line-clamp-2", readAt ? "text-quiet" : "font-medium")}>{title}</span>
          <span className="text-xs text-faint">
            {kinds[kind]}
            {isMailed && " · e-mailed"}
          </span>
        </span>
        <time
          dateTime={at}
          title={sayMomentExactly(at, viewer)}
          className="mt-0.5 text-xs whitespace-nowrap text-faint tabular-nums"
        >
          {sayMoment(at, viewer)}
        </time>
      </button>
    </li>
  );
}
