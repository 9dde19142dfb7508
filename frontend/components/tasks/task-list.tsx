"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { Button } from "@/components/ui/button";
import { listQuery } from "@/lib/queries";
import { useShownTasks } from "@/lib/tasks/lingering";
import type { ListFilter } from "@/lib/tasks/list-filter";
import { tasksOf } from "@/lib/tasks/pages";
import { reasonOf } from "@/lib/toasts";
import { useRowOf } from "./row-of";
import type { RowKind } from "./task-row";

/** From this many rows on only those in sight are in the page. */
const plainUpTo = 120;

const VirtualRows = dynamic(() => import("./virtual-rows"), { ssr: false });

export function useTaskList(filter: ListFilter) {
  const query = useInfiniteQuery(listQuery(filter));
  const tasks = useMemo(() => tasksOf(query.data), [query.data]);
  const shown = useShownTasks(tasks, filter);
  return { ...query, tasks: shown };
}
export type TaskListState = ReturnType<typeof useTaskList>;

export function TaskRows({ list, kind, label }: { list: TaskListState; kind: RowKind; label: string }) {
  const rowOf = useRowOf(kind);
  const { tasks } = list;
  const more = () => loadMore(list);
  if (tasks.length > plainUpTo) return <VirtualRows tasks={tasks} rowOf={rowOf} onEnd={more} label={label} />;
  return (
    <>
      <ul aria-label={label}>{tasks.map((task) => rowOf(task))}</ul>
      <MoreWhenSeen list={list} />
    </>
  );
}

function loadMore({ hasNextPage, isFetchingNextPage, fetchNextPage }: TaskListState) {
  if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
}

/** The next page is loaded when the end of the list comes near. */
export function MoreWhenSeen({ list }: { list: TaskListState }) {
  return list.hasNextPage ? <Sentinel key={list.tasks.length} onSeen={() => loadMore(list)} /> : null;
}

function Sentinel({ onSeen }: { onSeen: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(onSeen);
  latest.current = onSeen;
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: "800px",
    });
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return <div ref={ref} className="h-px" />;
}

type TaskListProps = { filter: ListFilter; kind: RowKind; label: string; empty: ReactNode };

export function TaskList({ filter, kind, label, empty }: TaskListProps) {
  const list = useTaskList(filter);
  if (list.isPending) return <RowSkeletons />;
  if (list.isError && list.tasks.length === 0) return <ListRefused list={list} />;
  return list.tasks.length === 0 ? empty : <TaskRows list={list} kind={kind} label={label} />;
}

export function ListRefused({ list }: { list: TaskListState }) {
  return (
    <div
      role="alert"
      className="flex items-center justify-between gap-4 rounded-m border border-line px-4 py-3 text-sm"
    >
      <p>{reasonOf(list.error)}</p>
      <Button onClick={() => void list.refetch()}>Try again</Button>
    </div>
  );
}

export function RowSkeletons({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-busy role="status">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-row items-center gap-3 px-2 phone:h-14" aria-hidden>
          <span className="skeleton size-4.5 rounded-full!" />
          <span className="skeleton h-3" style={{ width: `${[42, 61, 35, 54, 47, 29][row % 6]}%` }} />
        </div>
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="fade-in px-2 py-10 text-center">
      <p className="font-[550]">{title}</p>
      {children && <p className="mt-1 text-sm text-quiet">{children}</p>}
    </div>
  );
}
