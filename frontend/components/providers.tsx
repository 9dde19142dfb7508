"use client";
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { Offline, Refused } from "@/lib/api";
import type { Viewer } from "@/lib/dates/wording";
import { meQuery } from "@/lib/queries";
import { TaskActions } from "@/lib/tasks/actions";

const mayRetry = (count: number, error: Error) =>
  count < 2 && (error instanceof Offline || !(error instanceof Refused) || error.status >= 500);

function makeClient() {
  return new QueryClient({
    defaultOptions: {
      // The stream keeps what is cached true; nothing needs loading again because a window was clicked.
      queries: { staleTime: 300_000, gcTime: 900_000, refetchOnWindowFocus: false, retry: mayRetry },
    },
  });
}

export function CacheProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

const ViewerContext = createContext<Viewer | null>(null);
const TasksContext = createContext<TaskActions | null>(null);

function useNow(initial: number) {
  const [now, setNow] = useState(initial);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setNow(Date.now());
      timer = setTimeout(tick, 60_000 - (Date.now() % 60_000) + 20);
    };
    tick();
    return () => clearTimeout(timer);
  }, []);
  return now;
}

/** Whose eyes everything is for. `now` starts as the server's, so that both paint the same words. */
export function ViewerProvider({ now: initial, children }: { now: number; children: ReactNode }) {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const now = useNow(initial);
  const locale = me?.locale ?? "en";
  const timeZone = me?.timeZone ?? "UTC";
  const viewer = useMemo(() => ({ locale, timeZone, now }), [locale, timeZone, now]);
  const latest = useRef(viewer);
  latest.current = viewer;
  const actions = useMemo(() => new TaskActions(client, () => ({ ...latest.current, now: Date.now() })), [client]);
  return (
    <TasksContext value={actions}>
      <ViewerContext value={viewer}>{children}</ViewerContext>
    </TasksContext>
  );
}

export function useViewer(): Viewer {
  const viewer = use(ViewerContext);
  if (!viewer) throw new Error("useViewer needs a ViewerProvider above it");
  return viewer;
}

export function useTasks(): TaskActions {
  const actions = use(TasksContext);
  if (!actions) throw new Error("useTasks needs a ViewerProvider above it");
  return actions;
}
