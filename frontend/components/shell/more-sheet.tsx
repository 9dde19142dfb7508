"use client";
import { useQuery } from "@tanstack/react-query";
import { Search, Settings, Trash2 } from "lucide-react";
import { ProjectNav } from "@/components/projects/project-nav";
import { openSearch } from "@/components/search/search-host";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { countsQuery } from "@/lib/queries";
import { NavItem, navItemLook } from "./nav-item";

export default function MoreSheet({ onClose }: { onClose: () => void }) {
  const { data: counts } = useQuery(countsQuery);
  const search = () => {
    onClose();
    openSearch();
  };
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent aria-describedby={undefined}>
        <DialogTitle className="px-5 pt-4 pb-2 text-lg font-[640]">More</DialogTitle>
        <div
          className="grid gap-3 px-3 pb-4 text-md [&_a]:h-touch [&_button]:min-h-touch"
          onClickCapture={(event) => (event.target as HTMLElement).closest("a") && onClose()}
        >
          <nav aria-label="More views" className="grid">
            <button type="button" className={navItemLook} onClick={search}>
              <Search /> Search
            </button>
            <NavItem href="/trash" icon={<Trash2 />} label="Trash" />
            <NavItem href="/settings" icon={<Settings />} label="Settings" />
          </nav>
          <ProjectNav counts={counts?.projects} />
        </div>
      </DialogContent>
    </Dialog>
  );
}
