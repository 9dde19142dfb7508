"use client";
import { useQuery } from "@tanstack/react-query";
import type { Label, Task } from "@tend/contracts";
import { useMemo } from "react";
import { useOpenTask } from "@/lib/open-task";
import { labelsQuery, projectsQuery } from "@/lib/queries";
import { type RowKind, type RowPlace, TaskRow } from "./task-row";

export type RowOf = ReturnType<typeof useRowOf>;

export function useRowOf(kind: RowKind) {
  const { data: projects } = useQuery(projectsQuery);
  const { data: labels } = useQuery(labelsQuery);
  const { id: openId } = useOpenTask();
  const projectsById = useMemo(() => new Map(projects?.map((project) => [project.id, project])), [projects]);
  const labelsOf = useMemo(() => labelPicker(labels), [labels]);
  return (task: Task, place?: RowPlace) => (
    <TaskRow
      key={task.id}
      task={task}
      kind={kind}
      project={projectsById.get(task.projectId)}
      labels={labelsOf(task)}
      isOpen={task.id === openId}
      index={place?.index}
      of={place?.of}
      measure={place?.measure}
    />
  );
}

const noLabels: Label[] = [];
/** The same array for the same labels, so that rows are not painted again for nothing. */
function labelPicker(labels: Label[] = noLabels) {
  const byId = new Map(labels.map((label) => [label.id, label]));
  const known = new WeakMap<string[], Label[]>();
  return (task: Task) => {
    if (task.labelIds.length === 0) return noLabels;
    const found = known.get(task.labelIds) ?? task.labelIds.flatMap((id) => byId.get(id) ?? []);
    known.set(task.labelIds, found);
    return found;
  };
}
