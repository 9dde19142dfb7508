import { en, type ParsedResult } from "chrono-node";
import type { Line } from "./line.ts";
import { dayNumber } from "./words.ts";

/** A moment in the words of the line: a date, a time of day, or both. */
export type Moment = { date: string | null; time: string | null };
type Found = Moment & { start: number; end: number };

export type Reference = { now: string; timeZone: string; locale?: string | undefined };

const wallOf = (instant: Temporal.Instant, zone: string) => instant.toZonedDateTimeISO(zone).toPlainDateTime();
const timeText = (wall: Temporal.PlainDateTime) => wall.toPlainTime().toString({ smallestUnit: "minute" });

/** chrono reckons with the wall clock as if it were UTC: no zone of the machine, no change of the clocks gets into it. */
function read(text: string, { now, timeZone, locale }: Reference): ParsedResult[] {
  const wall = wallOf(Temporal.Instant.from(now), timeZone);
  const parser = locale && /^en-(?!US)/.test(locale) ? en.GB : en.casual;
  const instant = new Date(wall.toZonedDateTime("UTC").epochMilliseconds);
  return parser.parse(text, { instant, timezone: 0 }, { forwardDate: true });
}

const past = /^(?:now|yesterday$|(?:last|past|previous)\b)|\bago$/i;
// "the minutes", "for an hour" and "5 days" are what a task is about, not when it is due.
const aheadDuration = /^(?:in|within|after|next|this|coming|following|\+)(?:\b|\d)/i;
const laterDuration = /\b(?:later|from now|from today)$/i;
const ambiguousDay = /^(?:sat|sun)$/i;

function isMeant(result: ParsedResult, line: string): boolean {
  const { text, start } = result;
  const before = line.slice(0, result.index);
  const after = line.slice(result.index + text.length);
  if (past.test(text) || /^['’]s\b/i.test(after) || /[\p{L}\p{N}$€£#@/._-]$/u.test(before)) return false;
  const isRelative = start.tags().has("result/relativeDate");
  if (isRelative && !aheadDuration.test(text) && !laterDuration.test(text)) return false;
  if (ambiguousDay.test(text))
    return /(?:^|\s)(?:on|by|next|this|due)\s+$/i.test(before) || /^\s*(?:$|[,.;¤])/.test(after);
  return hasDate(result) || hasTime(result);
}

function hasDate({ start }: ParsedResult): boolean {
  return start.isCertain("day") || start.isCertain("weekday") || start.tags().has("result/relativeDate");
}

function hasTime({ start }: ParsedResult): boolean {
  if (start.isCertain("hour")) return true;
  return [...start.tags()].some((tag) =>
    /^casualReference\/(?:morning|afternoon|evening|tonight|night|midnight|noon)$/.test(tag),
  );
}

const isMorning = ({ start }: ParsedResult) => !start.isCertain("hour") && start.tags().has("casualReference/morning");

/** "in 2 hours" is exact time, and a time with an offset is an instant; everything else is wall clock. */
function wallMoment(result: ParsedResult, reference: Reference): Temporal.PlainDateTime {
  const { start } = result;
  const utc = start.date().getTime();
  const now = Temporal.Instant.from(reference.now);
  if (start.tags().has("result/relativeDateAndTime")) {
    const ahead = utc - result.refDate.getTime();
    return wallOf(now.add({ milliseconds: ahead }), reference.timeZone);
  }
  if (start.isCertain("timezoneOffset") && !start.tags().has("result/relativeDate"))
    return wallOf(Temporal.Instant.fromEpochMilliseconds(utc), reference.timeZone);
  const part = (name: "year" | "month" | "day" | "hour" | "minute") => start.get(name) ?? 0;
  const hour = isMorning(result) ? 9 : part("hour");
  return new Temporal.PlainDateTime(part("year"), part("month"), part("day"), hour, part("minute"));
}

const leadIn = /(?:(?:^|(?<=[\s,;(]))(?:on|at|by|due|from|starting(?:\s+(?:on|from|at))?|in\s+the|in|this|the)\s+)+$/i;

function withLeadIn(line: string, start: number): number {
  const match = leadIn.exec(line.slice(0, start));
  return match ? match.index : start;
}

function fromChrono(line: string, reference: Reference): Found[] {
  return read(line, reference)
    .filter((result) => isMeant(result, line))
    .map((result) => {
      const wall = wallMoment(result, reference);
      const isTimed = hasTime(result);
      return {
        start: withLeadIn(line, result.index),
        end: result.index + result.text.length,
        // Without a date of its own a time is the next such time, today or tomorrow.
        date: hasDate(result) ? wall.toPlainDate().toString() : null,
        time: isTimed ? timeText(wall) : null,
      };
    });
}

const dayOfMonth = new RegExp(
  `(?<=^|[\\s,;(])(?:due\\s+|by\\s+)?on\\s+(?:the\\s+)?(${dayNumber})(?:st|nd|rd|th)(?=\\s*(?:$|[,.;!?)¤]|\\d|(?:at|by|in the|from|every)\\b))`,
  "i",
);
const afterTomorrow = /(?<=^|[\s,;(])(?:on\s+)?(?:the\s+)?day\s+after\s+tomorrow\b/i;

/** What chrono does not know: "on the 31st" (the next month that has one) and "the day after tomorrow". */
function ownDate(line: string, { now, timeZone }: Reference): Found | null {
  const today = wallOf(Temporal.Instant.from(now), timeZone).toPlainDate();
  const after = afterTomorrow.exec(line);
  if (after) return { ...place(after), date: today.add({ days: 2 }).toString(), time: null };
  const onDay = dayOfMonth.exec(line);
  if (!onDay) return null;
  const day = Number(onDay[1]);
  let month = today.toPlainYearMonth();
  while (day > month.daysInMonth || (month.equals(today.toPlainYearMonth()) && day < today.day))
    month = month.add({ months: 1 });
  return { ...place(onDay), date: month.toPlainDate({ day }).toString(), time: null };
}

const place = (match: RegExpExecArray) => ({ start: match.index, end: match.index + match[0].length });

/** Takes the last date and, beside it or within it, the last time of day. */
export function takeMoment(line: Line, reference: Reference): Moment | null {
  const own = ownDate(line.open, reference);
  const isFree = ({ start, end }: Found) => !own || end <= own.start || start >= own.end;
  const found = [...fromChrono(line.open, reference).filter(isFree), ...(own ? [own] : [])].sort(
    (a, b) => a.start - b.start,
  );
  const dated = found.findLast(({ date }) => date !== null) ?? null;
  const timed = dated?.time ? dated : (found.findLast(({ date, time }) => date === null && time !== null) ?? null);
  for (const each of new Set([dated, timed])) if (each) line.take("due", each.start, each.end);
  if (!dated && !timed) return null;
  return { date: dated?.date ?? null, time: timed?.time ?? null };
}

/** Takes "until 3 march": the last date of a repetition. */
export function takeUntil(line: Line, reference: Reference): string | null {
  const match = /(?<=^|[\s,;(])(?:until|till|til)\s+/i.exec(line.open);
  if (!match) return null;
  const offset = match.index + match[0].length;
  const [first] = fromChrono(line.open.slice(offset), reference);
  if (!first?.date || first.start > 0) return null;
  line.take("recurrence", match.index, offset + first.end);
  return first.date;
}
