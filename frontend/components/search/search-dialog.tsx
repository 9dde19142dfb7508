"use client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Task } from "@tend/contracts";
import { clsx } from "clsx";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useViewer } from "@/components/providers";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { sayDue } from "@/lib/dates/wording";
import { openTask } from "@/lib/open-task";
import { listQuery, projectsQuery } from "@/lib/queries";
import { searchList } from "@/lib/tasks/list-filter";
import { tasksOf } from "@/lib/tasks/pages";
import { reasonOf } from "@/lib/toasts";

const pause = 120;

function useSearch(text: string) {
  const [q, setQ] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), pause);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useInfiniteQuery({
    ...listQuery(searchList(q)),
    enabled: q !== "",
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  return {
    tasks: q ? tasksOf(query.data) : [],
    isNone: q !== "" && query.isSuccess && !query.isPlaceholderData,
    error: query.error,
  };
}

export default function SearchDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { tasks, isNone, error } = useSearch(text);
  const id = useId();
  const open = (task: Task | undefined) => {
    if (!task) return;
    onClose();
    openTask(task.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive(Math.min(active + 1, tasks.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else if (event.key === "Enter") open(tasks[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent aria-describedby={undefined}>
        <DialogTitle className="sr-only">Search</DialogTitle>
        <div className="flex h-12 flex-none items-center gap-3 border-b border-line px-4">
          <Search className="text-quiet" aria-hidden />
          <input
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
            role="combobox"
            aria-expanded={tasks.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={tasks[active] ? `${id}-${active}` : undefined}
            aria-label="Search tasks and notes"
            placeholder="Search tasks and notes"
            maxLength={200}
            className="h-full flex-1 bg-transparent outline-none placeholder:text-faint focus-visible:shadow-none"
          />
        </div>
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label="Found"
          className="max-h-[60dvh] overflow-y-auto p-1.5 empty:hidden"
        >
          {tasks.map((task, index) => (
            <Found
              key={task.id}
              id={`${id}-${index}`}
              task={task}
              isActive={index === active}
              onPoint={() => setActive(index)}
              onOpen={() => open(task)}
            />
          ))}
        </div>
        <p role="status" className="px-4 py-6 text-center text-sm text-quiet empty:hidden">
          {error
            ? reasonOf(error)
            : isNone && tasks.length === 0
              ? "Nothing found"
              : text
                ? ""
                : "Words of a title or its notes"}
        </p>
      </DialogContent>
    </Dialog>
  );
}

type FoundProps = { id: string; task: Task; isActive: boolean; onPoint: () => void; onOpen: () => void };

function Found({ id, task, isActive, onPoint, onOpen }: FoundProps) {
  const viewer = useViewer();
  const { data: projects } = useQuery(projectsQuery);
  const isDone = task.status !== "open";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field moves among the options and opens them
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      ref={(element) => {
        if (isActive) element?.scrollIntoView({ block: "nearest" });
      }}
      onPointerMove={onPoint}
      onClick={onOpen}
      className={clsx(
        "flex min-h-9 cursor-pointer items-center gap-3 rounded-s px-2.5 phone:min-h-touch",
        isActive && "bg-hover",
      )}
    >
      <span className={clsx("min-w-0 flex-1 truncate", isDone && "text-faint line-through decoration-1")}>
        {task.title}
      </span>
      <span className="flex gap-3 text-xs whitespace-nowrap text-quiet tabular-nums">
        <span>{projects?.find((project) => project.id === task.projectId)?.name}</span>
        {task.due && <span>{sayDue(task.due, viewer)}</span>}
      </span>
    </div>
  );
}
