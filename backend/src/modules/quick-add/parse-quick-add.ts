import type { Due, Priority, QuickAdded, Recurrence } from "@tend/contracts";

export type QuickAddOptions = {
  now: string;
  timeZone: string;
  /** Whether the account has a project or label of that name; a name that it does not have stays in the title. */
  isKnown?: (kind: "project" | "label", name: string) => boolean;
};
export type ParsedQuickAdd = {
  title: string;
  due: Due | null;
  recurrence: Recurrence | null;
  priority: Priority | null;
  projectName: string | null;
  labelNames: string[];
  reminders: { before: string }[];
  spans: QuickAdded["spans"];
};

export function parseQuickAdd(text: string, _options: QuickAddOptions): ParsedQuickAdd {
  return { title: text, due: null, recurrence: null, priority: null, projectName: null, labelNames: [], reminders: [], spans: [] };
}
