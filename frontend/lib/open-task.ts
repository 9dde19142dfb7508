"use client";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

const parameter = "task";
type State = { hasTask?: boolean } | null;

function withTask(id: string | null) {
  const url = new URL(location.href);
  if (id) url.searchParams.set(parameter, id);
  else url.searchParams.delete(parameter);
  return url;
}

/** The open task is part of the address, so that it can be linked to and Back closes it. */
export function openTask(id: string) {
  const isOpen = new URLSearchParams(location.search).has(parameter);
  if (isOpen) history.replaceState({ hasTask: (history.state as State)?.hasTask }, "", withTask(id));
  else history.pushState({ hasTask: true }, "", withTask(id));
}

export function closeTask() {
  if ((history.state as State)?.hasTask) history.back();
  else history.replaceState(null, "", withTask(null));
}

export function useOpenTask() {
  const id = useSearchParams().get(parameter);
  const close = useCallback(closeTask, []);
  return { id, close };
}
