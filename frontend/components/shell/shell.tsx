"use client";
import { clsx } from "clsx";
import { type ReactNode, Suspense } from "react";
import { NotificationToasts } from "@/components/notifications/notification-toasts";
import { PanelHost } from "@/components/panel/panel-host";
import { useOpenTask } from "@/lib/open-task";
import { useRealtime } from "@/lib/realtime/use-realtime";
import { PhoneTabs } from "./phone-tabs";
import { Shortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";

/** Sidebar, one column, and the task panel beside it where there is room. */
export function Shell({ cursor, children }: { cursor: string; children: ReactNode }) {
  useRealtime(cursor);
  const { id } = useOpenTask();
  return (
    <div
      className={clsx(
        "grid min-h-dvh grid-cols-[var(--spacing-sidebar)_minmax(0,1fr)] phone:grid-cols-[minmax(0,1fr)]",
        id && "wide:grid-cols-[var(--spacing-sidebar)_minmax(0,1fr)_var(--spacing-panel)]",
      )}
    >
      <a
        href="#column"
        className="fixed top-2 left-2 z-70 -translate-y-24 rounded-s bg-surface px-3 py-2 text-sm shadow-(--shadow) focus:translate-y-0"
      >
        Skip to the tasks
      </a>
      <Sidebar />
      <main
        id="column"
        tabIndex={-1}
        className="mx-auto w-full max-w-[calc(var(--spacing-column)+5rem)] px-10 pt-8 pb-24 outline-none focus-visible:shadow-none phone:px-4 phone:pt-5 phone:pb-28"
      >
        {children}
      </main>
      <Suspense>
        <PanelHost />
      </Suspense>
      <PhoneTabs />
      <Shortcuts />
      <NotificationToasts />
    </div>
  );
}
