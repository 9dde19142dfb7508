"use client";
import { clsx } from "clsx";
import { Calendar, Ellipsis, Inbox, type LucideIcon, Plus, Sun } from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { focusQuickAdd } from "@/components/tasks/quick-add-focus";
import { useGo } from "@/lib/use-go";
import { NearLink } from "./near-link";

const MoreSheet = dynamic(() => import("./more-sheet"), { ssr: false });

const tab =
  "grid min-h-touch content-center justify-items-center gap-0.5 rounded-s p-1 text-[.6875rem] text-quiet aria-[current]:font-[550] aria-[current]:text-accent";

function Tab({ href, label, icon: Icon }: { href: string; label: string; icon: LucideIcon }) {
  const isCurrent = usePathname() === href;
  return (
    <NearLink href={href} aria-current={isCurrent ? "page" : undefined} className={tab}>
      <Icon />
      {label}
    </NearLink>
  );
}

/** On a phone the tabs stand in for the sidebar. */
export function PhoneTabs() {
  const [isMoreOpen, setMoreOpen] = useState(false);
  const go = useGo();
  const add = () => {
    if (!focusQuickAdd()) void go("/inbox");
  };
  return (
    <nav
      aria-label="Tabs"
      className="fixed inset-x-0 bottom-0 z-30 hidden grid-cols-5 border-t border-line bg-surface px-2 pt-1.5 pb-[calc(.5rem+env(safe-area-inset-bottom))] phone:grid"
    >
      <Tab href="/inbox" label="Inbox" icon={Inbox} />
      <Tab href="/today" label="Today" icon={Sun} />
      <button
        type="button"
        aria-label="Add a task"
        onClick={add}
        className={clsx(tab, "mx-2 rounded-m! bg-accent text-on-accent!")}
      >
        <Plus />
      </button>
      <Tab href="/upcoming" label="Upcoming" icon={Calendar} />
      <button type="button" className={tab} aria-haspopup="dialog" onClick={() => setMoreOpen(true)}>
        <Ellipsis />
        More
      </button>
      {isMoreOpen && <MoreSheet onClose={() => setMoreOpen(false)} />}
    </nav>
  );
}
