export { describeRule } from "./describe.ts";
export type { Due, Next, Occurrence, Recurrence, Series } from "./due.ts";
export { dueInstant, endOfDay, isTimeZone, startOfDay, today } from "./instants.ts";
export { type NextOptions, next } from "./next.ts";
export { preview } from "./preview.ts";
export { fireAt } from "./reminders.ts";
export { type CheckedRule, checkRule } from "./rule.ts";
export { RuleError } from "./rule-error.ts";
