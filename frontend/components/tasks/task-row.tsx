"use client";
import type { Label, Project, Task } from "@tend/contracts";
import { clsx } from "clsx";
import { RefreshCw, Tag } from "lucide-react";
import { type MouseEvent, memo } from "react";
import { useTasks, useViewer } from "@/components/providers";
import { isLate, sayDue, sayExactly, sayReturn, sayTimeOfDay } from "@/lib/dates/wording";
import { openTask } from "@/lib/open-task";
import { sayRule } from "@/lib/rules/wording";
import { Check } from "./check";

export type RowKind = "day" | "list" | "project";
/** Where a row stands in a list of which only a part is in the page. */
export type RowPlace = { index: number; of: number; measure: (element: Element | null) => void };
export type RowProps = Partial<RowPlace> & {
  task: Task;
  /** What the surroundings already say: the day, the project, or neither. */
  kind: RowKind;
  project?: Project;
  labels: Label[];
  isOpen: boolean;
};

const isPlainClick = (event: MouseEvent) => !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

export const preloadPanel = () => void import("@/components/panel/task-panel");

export const TaskRow = memo(function TaskRow(props: RowProps) {
  const { task, kind, project, labels, isOpen, index } = props;
  const tasks = useTasks();
  const isDone = task.status !== "open";
  const open = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    openTask(task.id);
  };
  return (
    <li
      ref={props.measure}
      data-index={index}
      aria-posinset={index === undefined ? undefined : index + 1}
      aria-setsize={props.of}
      data-task-row={task.id}
      data-open={isOpen}
      onPointerEnter={preloadPanel}
      className={clsx(
        "task-row relative flex min-h-row items-center gap-3 px-2 py-1.5 transition-colors",
        "phone:min-h-touch phone:flex-wrap phone:gap-y-0 phone:py-2",
        isOpen ? "rounded-s bg-accent-wash" : "hover:bg-row-hover",
      )}
    >
      <Check title={task.title} priority={task.priority} isDone={isDone} onToggle={() => void tasks.toggle(task)} />
      <a
        href={`?task=${task.id}`}
        dir="auto"
        data-task-open
        aria-current={isOpen ? "true" : undefined}
        onClick={open}
        className={clsx(
          "min-w-0 flex-1 truncate text-left after:absolute after:inset-0 focus-visible:shadow-none",
          "phone:line-clamp-2 phone:flex-[1_0_calc(100%-2rem)] phone:whitespace-normal",
          isDone && "text-faint line-through decoration-1",
        )}
      >
        {task.title}
      </a>
      <Facts task={task} kind={kind} project={project} labels={labels} />
    </li>
  );
});

const icon = "mr-1 inline size-3.5! align-[-2px]";

function Facts({ task, kind, project, labels }: Pick<RowProps, "task" | "kind" | "project" | "labels">) {
  const viewer = useViewer();
  if (task.status !== "open") {
    if (!task.nextDue) return null;
    return (
      <span className={clsx(facts, "text-accent!")}>
        <span>
          <RefreshCw className={icon} aria-hidden />
          back {sayReturn(task.nextDue, viewer)}
        </span>
      </span>
    );
  }
  const { due } = task;
  return (
    <span className={facts}>
      {task.recurrence && (
        <span className="phone:max-w-40 phone:truncate">
          <RefreshCw className={icon} aria-hidden />
          {sayRule(task.recurrence.rrule, viewer.locale)}
        </span>
      )}
      {labels.length > 0 && (
        <span className="max-w-40 truncate">
          <Tag className={icon} aria-hidden />
          <span className="sr-only">Labels: </span>
          {labels.map((label) => label.name).join(", ")}
        </span>
      )}
      {kind !== "project" && project && <span className="max-w-32 truncate phone:hidden">{project.name}</span>}
      {due && (
        <time
          dateTime={task.dueAt ?? due.date}
          title={sayExactly(due, viewer)}
          suppressHydrationWarning
          className={clsx("relative tabular-nums", isLate(due, viewer) && "text-urgent")}
        >
          {kind === "day" ? sayTimeOfDay(due, viewer) : sayDue(due, viewer)}
        </time>
      )}
    </span>
  );
}

const facts = "flex items-center gap-3 text-xs whitespace-nowrap text-quiet phone:ml-7.5";
