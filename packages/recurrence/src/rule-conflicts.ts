import { RuleError } from "./rule-error.ts";
import type { RuleParts } from "./rule-parts.ts";

const refuseIf = (condition: boolean, message: string) => {
  if (condition) throw new RuleError(message);
};

function checkWeekdayNumbers({ frequency, byDay, byWeekNo }: RuleParts): void {
  const nths = byDay.map((entry) => Math.abs(entry.nth)).filter((nth) => nth > 0);
  if (!nths.length) return;
  const isNumberable = frequency === "MONTHLY" || frequency === "YEARLY";
  refuseIf(!isNumberable, "A numbered weekday such as 2TU needs FREQ=MONTHLY or FREQ=YEARLY.");
  refuseIf(byWeekNo.length > 0, "A numbered weekday such as 2TU does not go with BYWEEKNO.");
  refuseIf(frequency === "MONTHLY" && Math.max(...nths) > 5, "No month has more than five of a weekday.");
}

/** What single parts cannot tell: which parts go together (RFC 5545 §3.3.10, RFC 7529 §4.1). */
export function checkTogether(rule: RuleParts): void {
  const { frequency } = rule;
  refuseIf(rule.count !== null && rule.until !== null, "COUNT and UNTIL cannot both be given.");
  refuseIf(rule.hasSkip && !rule.hasScale, "SKIP needs RSCALE=GREGORIAN beside it.");
  refuseIf(rule.byWeekNo.length > 0 && frequency !== "YEARLY", "BYWEEKNO needs FREQ=YEARLY.");
  refuseIf(
    rule.byYearDay.length > 0 && ["DAILY", "WEEKLY", "MONTHLY"].includes(frequency),
    `BYYEARDAY does not go with FREQ=${frequency}.`,
  );
  refuseIf(rule.byMonthDay.length > 0 && frequency === "WEEKLY", "BYMONTHDAY does not go with FREQ=WEEKLY.");
  checkWeekdayNumbers(rule);
  const others = [rule.byMonth, rule.byWeekNo, rule.byYearDay, rule.byMonthDay, rule.byDay, rule.byHour, rule.byMinute];
  refuseIf(
    rule.bySetPos.length > 0 && others.every((part) => part.length === 0),
    "BYSETPOS needs another BY part to choose from.",
  );
}
