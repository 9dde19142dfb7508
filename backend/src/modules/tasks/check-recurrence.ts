import type { Recurrence } from "@tend/contracts";
import { checkRule } from "@tend/recurrence";
import { invalid } from "./task-problems.ts";

/** The rule as it will be stored; a 400 that says what is wrong with it otherwise. */
export function checkRecurrence(recurrence: Recurrence, path = "recurrence.rrule"): Recurrence {
  const checked = checkRule(recurrence.rrule);
  if (!checked.ok) throw invalid(path, checked.message);
  return { rrule: checked.rrule, from: recurrence.from };
}
