"use client";
import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { focusRow } from "@/lib/focus";
import { useOpenTask } from "@/lib/open-task";
import { useMedia, wideScreen } from "@/lib/use-media";

const TaskPanel = dynamic(() => import("./task-panel"), { ssr: false });
const PanelDialog = dynamic(() => import("./panel-dialog"), { ssr: false });

/** The task's row has the focus again that the panel had. */
function useFocusBack(id: string | null) {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (!id && last.current && document.activeElement === document.body) focusRow(last.current);
    last.current = id;
  }, [id]);
}

/** Beside the list on wide screens, a dialog on middle ones, a sheet from below on a phone. */
export function PanelHost() {
  const { id, close } = useOpenTask();
  const isWide = useMedia(wideScreen);
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  useFocusBack(id);
  if (!id) return null;
  if (isMounted && !isWide) return <PanelDialog id={id} onClose={close} />;
  return (
    <aside
      aria-label="Task"
      className="sticky top-0 hidden h-dvh overflow-y-auto border-l border-line bg-surface wide:block"
    >
      {isWide && <TaskPanel key={id} id={id} onClose={close} />}
    </aside>
  );
}
