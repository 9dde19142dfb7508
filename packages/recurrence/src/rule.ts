import { checkTogether } from "./rule-conflicts.ts";
import { RuleError } from "./rule-error.ts";
import { type RuleParts, readParts } from "./rule-parts.ts";

export type { NthWeekday, Skip } from "./rule-parts.ts";

/** An empty list means that the part is absent. */
export type Rule = RuleParts;

export type CheckedRule = { ok: true; rrule: string } | { ok: false; message: string };

const maxLength = 500;

function normalise(rrule: string): string {
  return rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .replace(/;$/, "");
}

/** Throws a RuleError that says what is wrong. */
export function parseRule(rrule: string): Rule {
  if (rrule.length > maxLength) throw new RuleError(`A rule has at most ${maxLength} characters.`);
  const rule = readParts(normalise(rrule));
  checkTogether(rule);
  return rule;
}

/** The rule in upper case, as it is to be stored; otherwise a message for people that says what is wrong with it. */
export function checkRule(rrule: string): CheckedRule {
  try {
    parseRule(rrule);
    return { ok: true, rrule: normalise(rrule) };
  } catch (error) {
    if (error instanceof RuleError) return { ok: false, message: error.message };
    throw error;
  }
}
