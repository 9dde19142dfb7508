"use client";
import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { openSearch, SearchHost } from "@/components/search/search-host";
import { focusQuickAdd } from "@/components/tasks/quick-add-focus";
import { closeTask, openTask } from "@/lib/open-task";
import { useGo } from "@/lib/use-go";
import { wideScreen } from "@/lib/use-media";

const ShortcutSheet = dynamic(() => import("./shortcut-sheet"), { ssr: false });

const goTo: Record<string, string> = { i: "/inbox", t: "/today", u: "/upcoming", s: "/settings" };
const prefixFor = 1_500;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const isCovered = () => document.querySelector("[role=dialog], [role=menu]") !== null;
const isPanelOpen = () => new URLSearchParams(location.search).has("task");

function currentRow(): HTMLElement | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-task-row]");
  return focused ?? document.querySelector<HTMLElement>("[data-task-row][data-open=true]");
}

function move(step: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-task-row]")];
  const current = currentRow();
  const index = current ? rows.indexOf(current) + step : step === 1 ? 0 : rows.length - 1;
  const link = rows[index]?.querySelector<HTMLElement>("[data-task-open]");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
  const id = rows[index]?.dataset.taskRow;
  if (id && isPanelOpen() && matchMedia(wideScreen).matches) openTask(id);
}

/** Returns whether the key meant something here. */
function inList(key: string, target: EventTarget | null): boolean {
  const isPlain = !(target instanceof HTMLElement && target.closest("button, a:not([data-task-open])"));
  if (key === "j" || (key === "ArrowDown" && isPlain)) move(1);
  else if (key === "k" || (key === "ArrowUp" && isPlain)) move(-1);
  else if ((key === "x" || (key === " " && isPlain)) && currentRow())
    currentRow()?.querySelector<HTMLElement>("[data-check]")?.click();
  else return false;
  return true;
}

export function Shortcuts() {
  const go = useRef(useGo());
  const [isSheetOpen, setSheetOpen] = useState(false);
  const prefixAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event.target) || isCovered()) return;
      const { key } = event;
      const destination = Date.now() - prefixAt.current < prefixFor ? goTo[key] : undefined;
      prefixAt.current = key === "g" ? Date.now() : 0;
      if (destination) void go.current(destination);
      else if (key === "q") focusQuickAdd();
      else if (key === "/") openSearch();
      else if (key === "?") setSheetOpen(true);
      else if (key === "Escape" && isPanelOpen()) closeTask();
      else if (!inList(key, event.target)) return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <SearchHost />
      {isSheetOpen && <ShortcutSheet onClose={() => setSheetOpen(false)} />}
    </>
  );
}
