"use client";
import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { notificationsQuery } from "@/lib/queries";

const load = () => import("./notification-popover");
const NotificationPopover = dynamic(load, { ssr: false });

export function Bell() {
  const { data } = useQuery(notificationsQuery);
  const [isOpen, setOpen] = useState(false);
  const unread = data?.unread ?? 0;
  const name = unread === 0 ? "Notifications" : `${unread} unread notification${unread === 1 ? "" : "s"}`;
  return (
    <span className="relative grid">
      <button
        type="button"
        aria-label={name}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={() => void load()}
        onClick={() => setOpen(true)}
        className="relative grid size-7 place-items-center rounded-s text-quiet hover:text-text phone:size-touch"
      >
        <BellIcon />
        {unread > 0 && (
          <b className="absolute -top-0.5 -right-1 min-w-4 rounded-full bg-urgent px-1 text-center text-[.625rem] leading-4 font-[650] text-surface tabular-nums phone:top-1 phone:right-1">
            {unread >= 100 ? "99+" : unread}
          </b>
        )}
      </button>
      {isOpen && <NotificationPopover onClose={() => setOpen(false)} />}
    </span>
  );
}
