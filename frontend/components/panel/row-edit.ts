import type { PatchScope, Task, TaskPatch } from "@tend/contracts";

/** What each row of the panel is given: the task, and how to change it. `what` is what the toast then says. */
export type RowEditProps = {
  task: Task;
  onEdit: (patch: TaskPatch, what: string, scope?: PatchScope) => Promise<boolean>;
};
