import { problem } from "@tend/service-kit";

export const changedMeanwhile = () =>
  problem(409, "changed_meanwhile", "The task kept changing while this was saved. Load it again and repeat.");
export const inTrash = () => problem(409, "in_trash", "The task is in the trash. Restore it first.");
export const notOpen = (status: string) => problem(409, "not_open", `The task is ${status}. Reopen it first.`);
export const notRecurring = () => problem(422, "not_recurring", "Only a task that repeats can be skipped.");
export const notLatest = () =>
  problem(409, "not_latest", "The next occurrence is already there. Change its date or rule instead of this one's.");
export const preconditionFailed = () =>
  problem(412, "precondition_failed", "The task has changed since you loaded it. Load it again and repeat.");
export const invalid = (path: string, message: string) =>
  problem(400, "invalid", `${path} ${message}`, { errors: [{ path, message }] });
