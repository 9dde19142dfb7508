import type { Due, Priority, Recurrence } from "@tend/contracts";
import { type Moment, type Reference, takeMoment, takeUntil } from "./date-phrases.ts";
import { firstDue, toRecurrence } from "./first-due.ts";
import { Line, type Span } from "./line.ts";
import { type IsKnown, takeLabels, takePriority, takeProject } from "./names-and-priority.ts";
import { takeRepetition } from "./recurrence-phrases.ts";
import { takeReminders } from "./reminder-phrases.ts";

export type QuickAddOptions = {
  /** An instant. */
  now: string;
  timeZone: string;
  /** Decides how 3/4 is read: 4 March in en-US and by default, 3 April in other English. */
  locale?: string;
  /** Whether the account has a project or label of that name; a name that it does not have stays in the title. */
  isKnown?: IsKnown;
};

export type ParsedQuickAdd = {
  title: string;
  due: Due | null;
  recurrence: Recurrence | null;
  priority: Priority | null;
  projectName: string | null;
  labelNames: string[];
  reminders: { before: string }[];
  spans: Span[];
};

const maxReminders = 20;
const maxLabels = 50;

/** The task that a line of text means. What is not understood, and quotations and addresses, stay in the title. */
export function parseQuickAdd(text: string, options: QuickAddOptions): ParsedQuickAdd {
  const { isKnown = () => true, ...reference } = options;
  const line = new Line(text);
  const priority = takePriority(line);
  const projectName = takeProject(line, isKnown);
  const labelNames = takeLabels(line, isKnown).slice(0, maxLabels);
  const reminders = takeReminders(line).slice(0, maxReminders);
  const { due, recurrence } = takeWhen(line, reference);
  return { title: line.title(), due, recurrence, priority, projectName, labelNames, reminders, spans: line.spans };
}

function takeWhen(line: Line, reference: Reference): { due: Due | null; recurrence: Recurrence | null } {
  const repetition = takeRepetition(line);
  const until = repetition && !repetition.count ? takeUntil(line, reference) : null;
  const moment = takeMoment(line, reference);
  if (!repetition) return { due: moment && onceDue(moment, reference), recurrence: null };
  const due = firstDue(repetition, moment, reference);
  return { due, recurrence: toRecurrence(repetition, due, until) };
}

/** A time without a date is the next such time. */
function onceDue({ date, time }: Moment, { now, timeZone }: Reference): Due {
  if (time === null) return { date: date as string, time: null, timeZone: null };
  if (date !== null) return { date, time, timeZone };
  const here = Temporal.Instant.from(now).toZonedDateTimeISO(timeZone);
  const today = here.withPlainTime(Temporal.PlainTime.from(time));
  const next = Temporal.ZonedDateTime.compare(today, here) > 0 ? today : today.add({ days: 1 });
  return { date: next.toPlainDate().toString(), time, timeZone };
}
