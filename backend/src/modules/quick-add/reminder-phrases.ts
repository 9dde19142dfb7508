import type { Line } from "./line.ts";
import { numberWord, toNumber } from "./words.ts";

const pattern = new RegExp(
  `(?<=^|[\\s,;])(?:remind(?:er)?(?:\\s+me)?|with\\s+(?:a\\s+)?reminder)\\s+(an?|half\\s+an|${numberWord})\\s*` +
    "(min(?:ute)?s?|m|hours?|hrs?|h|days?|d|weeks?|w)\\s+(?:before(?:hand)?|earlier|ahead)(?![\\p{L}\\p{N}])",
  "giu",
);

function toDuration(amount: string, unit: string): string {
  if (/^half/i.test(amount)) return /^h/i.test(unit) ? "PT30M" : /^d/i.test(unit) ? "PT12H" : "PT0S";
  const number = toNumber(amount);
  if (/^m/i.test(unit)) return `PT${number}M`;
  if (/^h/i.test(unit)) return `PT${number}H`;
  return /^d/i.test(unit) ? `P${number}D` : `P${number}W`;
}

/** "remind me 10 minutes before": days and weeks are calendar days, hours and minutes exact. */
export function takeReminders(line: Line): { before: string }[] {
  const found = new Set<string>();
  for (const match of line.open.matchAll(pattern)) {
    found.add(toDuration(match[1] as string, match[2] as string));
    line.take("reminder", match.index, match.index + match[0].length);
  }
  return [...found].map((before) => ({ before }));
}
