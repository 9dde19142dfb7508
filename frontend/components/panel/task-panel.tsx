"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTasks } from "@/components/providers";
import { Button } from "@/components/ui/button";
import { taskQuery } from "@/lib/queries";
import { findTask } from "@/lib/tasks/cache";
import { reasonOf } from "@/lib/toasts";
import { DueRow } from "./due-row";
import { LabelsRow } from "./labels-row";
import { Log } from "./log";
import { NotesEditor } from "./notes-editor";
import { PanelTop } from "./panel-top";
import { PriorityRow } from "./priority-row";
import { RemindRow } from "./remind-row";
import { RepeatRow } from "./repeat-row";
import type { RowEditProps } from "./row-edit";
import { TitleEditor } from "./title-editor";

export default function TaskPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const actions = useTasks();
  const { data: task, error } = useQuery({ ...taskQuery(id), placeholderData: () => findTask(client, id) });
  if (!task) return error ? <Gone reason={reasonOf(error)} onClose={onClose} /> : <PanelSkeleton />;
  const onEdit: RowEditProps["onEdit"] = (patch, what, scope) =>
    actions.edit(task, patch, what, task.seriesId ? scope : undefined);
  const isTrashed = task.status === "trashed";
  return (
    <div className="flex flex-col gap-4 px-5 py-4 text-sm">
      <PanelTop task={task} onEdit={onEdit} onClose={onClose} />
      {isTrashed && <State words="In the trash" act="Restore" onAct={() => void actions.restore(task)} />}
      {task.status === "skipped" && (
        <State words="This one was skipped" act="Open again" onAct={() => void actions.reopen(task)} />
      )}
      <fieldset disabled={isTrashed} className="contents">
        <TitleEditor task={task} onEdit={onEdit} />
        <div className="grid gap-y-0.5">
          <DueRow task={task} onEdit={onEdit} />
          <RepeatRow task={task} onEdit={onEdit} />
          <RemindRow task={task} onEdit={onEdit} />
          <PriorityRow task={task} onEdit={onEdit} />
          <LabelsRow task={task} onEdit={onEdit} />
        </div>
        <NotesEditor task={task} onEdit={onEdit} />
        <Log task={task} />
      </fieldset>
    </div>
  );
}

function State({ words, act, onAct }: { words: string; act: string; onAct: () => void }) {
  return (
    <div className="flex items-center justify-between rounded-m bg-sunken px-3.5 py-2">
      {words}
      <Button look="link" size="text" onClick={onAct}>
        {act}
      </Button>
    </div>
  );
}

function Gone({ reason, onClose }: { reason: string; onClose: () => void }) {
  return (
    <div role="alert" className="grid justify-items-center gap-3 px-5 py-12 text-sm">
      <p className="text-center text-quiet">{reason}</p>
      <Button onClick={onClose}>Close</Button>
    </div>
  );
}

const PanelSkeleton = () => (
  <div aria-hidden className="grid gap-4 px-5 py-6">
    <span className="skeleton h-3 w-16" />
    <span className="skeleton h-5 w-3/4" />
    <span className="skeleton h-3 w-1/2" />
    <span className="skeleton h-3 w-2/3" />
    <span className="skeleton h-3 w-1/3" />
  </div>
);
