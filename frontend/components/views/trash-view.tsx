"use client";
import type { Task } from "@tend/contracts";
import { RotateCcw } from "lucide-react";
import { useTasks, useViewer } from "@/components/providers";
import { PageHeader } from "@/components/shell/page-header";
import { Empty, ListRefused, MoreWhenSeen, RowSkeletons, useTaskList } from "@/components/tasks/task-list";
import { Button } from "@/components/ui/button";
import { sayMoment, sayMomentExactly } from "@/lib/dates/wording";
import { trashList } from "@/lib/tasks/list-filter";

export function TrashView() {
  const list = useTaskList(trashList);
  return (
    <>
      <PageHeader title="Trash" note="Restore what should not be here" />
      {list.isPending && <RowSkeletons />}
      {list.isError && list.tasks.length === 0 && <ListRefused list={list} />}
      {list.isSuccess && list.tasks.length === 0 && <Empty title="The trash is empty" />}
      <ul aria-label="Trash">
        {list.tasks.map((task) => (
          <TrashedRow key={task.id} task={task} />
        ))}
      </ul>
      <MoreWhenSeen list={list} />
    </>
  );
}

function TrashedRow({ task }: { task: Task }) {
  const tasks = useTasks();
  const viewer = useViewer();
  return (
    <li className="task-row relative flex min-h-row items-center gap-3 px-2 py-1 [contain-intrinsic-size:auto_2.5rem] [content-visibility:auto]">
      <span className="min-w-0 flex-1 truncate text-quiet">{task.title}</span>
      <time
        dateTime={task.updatedAt}
        title={sayMomentExactly(task.updatedAt, viewer)}
        className="text-xs whitespace-nowrap text-faint tabular-nums"
        suppressHydrationWarning
      >
        {sayMoment(task.updatedAt, viewer)}
      </time>
      <Button
        look="quiet"
        className="-mr-2"
        onClick={() => void tasks.restore(task)}
        aria-label={`Restore: ${task.title}`}
      >
        <RotateCcw className="size-4!" aria-hidden />
        Restore
      </Button>
    </li>
  );
}
