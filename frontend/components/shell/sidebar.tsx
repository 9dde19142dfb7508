"use client";
import { useQuery } from "@tanstack/react-query";
import { Calendar, Inbox, Search, Settings, Sun, Trash2 } from "lucide-react";
import { Bell } from "@/components/notifications/bell";
import { ProjectNav } from "@/components/projects/project-nav";
import { openSearch } from "@/components/search/search-host";
import { Kbd } from "@/components/ui/kbd";
import { countsQuery } from "@/lib/queries";
import { Brand } from "./brand";
import { NavItem, navItemLook } from "./nav-item";
import { NearLink } from "./near-link";

export function Sidebar() {
  const { data: counts } = useQuery(countsQuery);
  return (
    <aside
      aria-label="Sidebar"
      className="sticky top-0 flex h-dvh flex-col gap-5 overflow-y-auto border-r border-line bg-sunken px-2.5 py-3.5 text-sm phone:hidden"
    >
      <div className="flex h-7.75 flex-none items-center justify-between pr-1 pl-2">
        <NearLink href="/today" className="rounded-s">
          <Brand />
        </NearLink>
        <Bell />
      </div>
      <nav aria-label="Views" className="grid gap-px">
        <button type="button" className={navItemLook} onClick={openSearch} aria-keyshortcuts="/">
          <Search />
          Search
          <span className="ml-auto flex" aria-hidden>
            <Kbd>/</Kbd>
          </span>
        </button>
        <NavItem href="/inbox" icon={<Inbox />} label="Inbox" count={counts?.inbox} />
        <NavItem href="/today" icon={<Sun />} label="Today" count={counts?.today} />
        <NavItem href="/upcoming" icon={<Calendar />} label="Upcoming" />
      </nav>
      <ProjectNav counts={counts?.projects} />
      <nav aria-label="More" className="mt-auto grid gap-px">
        <NavItem href="/trash" icon={<Trash2 />} label="Trash" />
        <NavItem href="/settings" icon={<Settings />} label="Settings" />
      </nav>
    </aside>
  );
}
