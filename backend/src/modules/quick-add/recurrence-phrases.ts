import type { Line } from "./line.ts";
import {
  dayNumber,
  dayOrdinal,
  listOf,
  monthNumber,
  monthWord,
  numberWord,
  placeWord,
  splitList,
  toNumber,
  toPlace,
  weekdayCode,
  weekdayWord,
} from "./words.ts";

export type Frequency = "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY";

/** A rule that was read: `by` are its BY parts as written, `monthDays` and `month` what SKIP is decided by. */
export type Repetition = {
  frequency: Frequency;
  interval: number;
  by: string[];
  monthDays: number[];
  month: number | null;
  from: "due" | "completion";
  count: number | null;
  /** A time of day that the phrase implies, HH:MM. */
  time: string | null;
};

type Reading = { pattern: string; read: (groups: string[]) => Partial<Repetition> & { frequency: Frequency } };

const workdays = "MO,TU,WE,TH,FR";
const units: Record<string, Frequency> = {
  minute: "MINUTELY",
  hour: "HOURLY",
  day: "DAILY",
  week: "WEEKLY",
  month: "MONTHLY",
  year: "YEARLY",
};
const dayTimes: Record<string, string> = { morning: "09:00", afternoon: "15:00", evening: "18:00", night: "21:00" };

const every = "(?:every|each)";
const interval = `(?:(other|${numberWord}|second)\\s+)?`;
const toInterval = (word: string | undefined) => (!word ? 1 : /^(?:other|second)$/i.test(word) ? 2 : toNumber(word));
const ofMonth = "(?:\\s+of\\s+(?:the|each|every)\\s+month)?";
const days = listOf(dayOrdinal);
const weekdays = listOf(weekdayWord);

const monthDays = (list: number[]) => ({ by: [`BYMONTHDAY=${list.join(",")}`], monthDays: list });
const toMonthDays = (text: string) => monthDays(splitList(text).map((item) => Number.parseInt(item, 10)));
const toWeekdays = (text: string) => [`BYDAY=${[...new Set(splitList(text).map(weekdayCode))].join(",")}`];
const onDate = (day: string, month: string) => ({
  frequency: "YEARLY" as const,
  by: [`BYMONTH=${monthNumber(month)}`, `BYMONTHDAY=${Number.parseInt(day, 10)}`],
  monthDays: [Number.parseInt(day, 10)],
  month: monthNumber(month),
});

/** "first monday", "last weekday", "last day" */
function placed(place: string, what: string): Pick<Repetition, "by"> {
  const nth = toPlace(place);
  if (/^day$/i.test(what)) return { by: [`BYMONTHDAY=${nth}`] };
  if (/^(?:week|work)day$/i.test(what)) return { by: [`BYDAY=${workdays}`, `BYSETPOS=${nth}`] };
  return { by: [`BYDAY=${nth}${weekdayCode(what)}`] };
}
const placedWhat = `(day|weekday|workday|${weekdayWord})`;

/** In order: what says more comes first. */
const readings: Reading[] = [
  {
    pattern: `${every}\\s+${interval}months?\\s+on\\s+(?:the\\s+)?(${placeWord})\\s+${placedWhat}`,
    read: ([n, place, what]) => ({ frequency: "MONTHLY", interval: toInterval(n), ...placed(place!, what!) }),
  },
  {
    pattern: `(?:${every}\\s+${interval}months?|monthly)\\s+on\\s+(?:the\\s+)?(${days})`,
    read: ([n, list]) => ({ frequency: "MONTHLY", interval: toInterval(n), ...toMonthDays(list!) }),
  },
  {
    pattern: `(?:${every}\\s+${interval}weeks?|weekly)\\s+on\\s+(${weekdays})`,
    read: ([n, list]) => ({ frequency: "WEEKLY", interval: toInterval(n), by: toWeekdays(list!) }),
  },
  {
    pattern: `(?:(?:${every}\\s+year|yearly|annually)\\s+on|${every})\\s+(?:the\\s+)?(${dayNumber})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${monthWord})`,
    read: ([day, month]) => onDate(day!, month!),
  },
  {
    pattern: `(?:(?:${every}\\s+year|yearly|annually)\\s+on|${every})\\s+(${monthWord})\\s+(?:the\\s+)?(${dayNumber})(?:st|nd|rd|th)?\\b`,
    read: ([month, day]) => onDate(day!, month!),
  },
  {
    pattern: `${every}\\s+(?:week|work|working\\s+|business\\s+)days?\\b`,
    read: () => ({ frequency: "WEEKLY", by: [`BYDAY=${workdays}`] }),
  },
  {
    pattern: `${every}\\s+mon(?:day)?\\s*(?:-|–|to|through)\\s*fri(?:day)?\\b`,
    read: () => ({ frequency: "WEEKLY", by: [`BYDAY=${workdays}`] }),
  },
  { pattern: `${every}\\s+weekends?\\b`, read: () => ({ frequency: "WEEKLY", by: ["BYDAY=SA,SU"] }) },
  {
    pattern: `${every}\\s+(morning|afternoon|evening|night)s?\\b`,
    read: ([when]) => ({ frequency: "DAILY", time: dayTimes[when!.toLowerCase()]! }),
  },
  {
    pattern: `${every}\\s+(?:the\\s+)?(${placeWord})\\s+${placedWhat}\\s+of\\s+(?:the|each|every)\\s+month`,
    read: ([place, what]) => ({ frequency: "MONTHLY", ...placed(place!, what!) }),
  },
  {
    pattern: `${every}\\s+(?:the\\s+)?(first|1st|third|3rd|fourth|4th|fifth|5th|last)\\s+${placedWhat}`,
    read: ([place, what]) => ({ frequency: "MONTHLY", ...placed(place!, what!) }),
  },
  {
    pattern: `${every}\\s+${interval}(${weekdays})`,
    read: ([n, list]) => ({ frequency: "WEEKLY", interval: toInterval(n), by: toWeekdays(list!) }),
  },
  {
    pattern: `${every}\\s+(?:the\\s+)?(${days})${ofMonth}(?!\\s+(?:day|week|month|hour|minute|year)s?\\b)`,
    read: ([list]) => ({ frequency: "MONTHLY", ...toMonthDays(list!) }),
  },
  { pattern: `${every}\\s+quarters?\\b`, read: () => ({ frequency: "MONTHLY", interval: 3 }) },
  { pattern: `${every}\\s+fortnights?\\b`, read: () => ({ frequency: "WEEKLY", interval: 2 }) },
  {
    pattern: `${every}\\s+${interval}(minute|hour|day|week|month|year)s?\\b`,
    read: ([n, unit]) => ({ frequency: units[unit!.toLowerCase()]!, interval: toInterval(n) }),
  },
  { pattern: "everyday\\b", read: () => ({ frequency: "DAILY" }) },
  ...Object.entries({
    hourly: "HOURLY",
    daily: "DAILY",
    weekly: "WEEKLY",
    monthly: "MONTHLY",
    "yearly|annually": "YEARLY",
  } as const).map(([word, frequency]): Reading => ({ pattern: adverb(word), read: () => ({ frequency }) })),
  { pattern: adverb("quarterly"), read: () => ({ frequency: "MONTHLY", interval: 3 }) },
  { pattern: adverb("bi-?weekly|fortnightly"), read: () => ({ frequency: "WEEKLY", interval: 2 }) },
];

/** "weekly report" is a title: such a word repeats only where a phrase or the line ends. */
function adverb(word: string): string {
  return `(?:${word})(?=\\s*(?:$|[,.;:!?¤]|\\d|(?:at|on|in|from|starting|until|for|after)\\b))`;
}

const bang = "(!?)";
const completion =
  "(?:\\s+(after\\s+(?:completion|completing(?:\\s+it)?|(?:it\\s+is\\s+|it's\\s+)?done|it\\s+is\\s+completed)))?";
const patterns = readings.map(({ pattern, read }) => ({
  read,
  expression: new RegExp(
    `(?<=^|[\\s,;(])${pattern.replace(/^\(\?:every\|each\)/, `${every}${bang}`)}${completion}(?![\\p{L}\\p{N}])`,
    "iu",
  ),
  hasBang: pattern.startsWith(every),
}));

/** Takes the first phrase such as "every 2 weeks on mon and thu"; "every!" and "after completion" count from completion. */
export function takeRepetition(line: Line): Repetition | null {
  for (const { expression, read, hasBang } of patterns) {
    const match = expression.exec(line.open);
    if (!match) continue;
    const groups = match.slice(1);
    const isFromCompletion = groups.pop() !== undefined || (hasBang && groups[0] === "!");
    const reading = read(hasBang ? groups.slice(1) : groups);
    if (reading.interval !== undefined && reading.interval < 1) continue;
    line.take("recurrence", match.index, match.index + match[0].length);
    const from = isFromCompletion ? "completion" : "due";
    return { interval: 1, by: [], monthDays: [], month: null, time: null, ...reading, from, count: takeCount(line) };
  }
  return null;
}

function takeCount(line: Line): number | null {
  const match = new RegExp(
    `(?<=^|\\s)for\\s+(\\d{1,4}|${numberWord})\\s+times\\b|,\\s*(\\d{1,4})\\s+times\\b`,
    "i",
  ).exec(line.open);
  const count = match && toNumber((match[1] ?? match[2]) as string);
  if (!match || !count) return null;
  line.take("recurrence", match.index, match.index + match[0].length);
  return count;
}
