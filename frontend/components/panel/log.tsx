"use client";
import { useQuery } from "@tanstack/react-query";
import type { HistoryEvent, Task } from "@tend/contracts";
import { clsx } from "clsx";
import { useMemo, useState } from "react";
import { useTasks, useViewer } from "@/components/providers";
import { sayMoment, sayMomentExactly } from "@/lib/dates/wording";
import { historyQuery, projectsQuery, receiptsQuery, scheduleQuery } from "@/lib/queries";
import { canUndo, receiptsOf, sayEvent } from "@/lib/tasks/history-wording";

const fewest = 6;

type Entry = { id: string; at: string; words: string; isFailed?: boolean; isReceipt?: boolean; event?: HistoryEvent };

function useEntries(task: Task): Entry[] {
  const viewer = useViewer();
  const { data: projects = [] } = useQuery(projectsQuery);
  const { data: history } = useQuery(historyQuery(task.id));
  const { data: receipts } = useQuery(receiptsQuery(task.id));
  return useMemo(() => {
    // A reminder that fired is told by its receipts.
    const events = (history?.items ?? [])
      .filter(({ type }) => type.startsWith("task."))
      .map((event) => ({
        id: event.id,
        at: event.at,
        words: sayEvent(event, { viewer, projects }),
        event: canUndo(event, task) ? event : undefined,
      }));
    return [...events, ...receiptsOf(receipts?.items ?? []).map((receipt) => ({ ...receipt, isReceipt: true }))].sort(
      (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0),
    );
  }, [history, receipts, viewer, projects, task]);
}

/** "12 of 13 done", for a task that repeats. */
function useTally(task: Task): string {
  const { data } = useQuery({ ...scheduleQuery(task.id), enabled: task.seriesId !== null });
  if (!data) return "";
  const { done, skipped, missed } = data.counts;
  const all = done + skipped + missed;
  return all === 0 ? "" : ` · ${done} of ${all} done`;
}

export function Log({ task }: { task: Task }) {
  const entries = useEntries(task);
  const tally = useTally(task);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? entries : entries.slice(0, fewest);
  return (
    <section aria-label="History" className="grid gap-2.5 border-t border-line pt-3.5 text-quiet">
      <h3 className="text-xs font-[550] text-faint tabular-nums">History{tally}</h3>
      {shown.map((entry) => (
        <LogLine key={entry.id} entry={entry} />
      ))}
      {shown.length < entries.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-fit rounded-s text-xs text-accent phone:min-h-touch"
        >
          Earlier
        </button>
      )}
    </section>
  );
}

function LogLine({ entry }: { entry: Entry }) {
  const viewer = useViewer();
  const actions = useTasks();
  const { event } = entry;
  return (
    <p className="group flex items-baseline gap-2">
      <span className={clsx("min-w-0", entry.isFailed && "text-urgent")}>{entry.words}</span>
      {event && (
        <button
          type="button"
          aria-label={`Undo: ${entry.words}`}
          onClick={() => void actions.undo(event)}
          className="relative rounded-s text-xs text-accent opacity-0 after:absolute after:-inset-2 group-hover:opacity-100 focus-visible:opacity-100 phone:opacity-100 pointer-coarse:opacity-100"
        >
          Undo
        </button>
      )}
      <time
        dateTime={entry.at}
        title={sayMomentExactly(entry.at, viewer)}
        className="ml-auto text-xs whitespace-nowrap text-faint tabular-nums"
      >
        {sayMoment(entry.at, viewer, entry.isReceipt)}
      </time>
    </p>
  );
}
