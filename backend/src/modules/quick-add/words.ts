/** Words of the grammar, as sources of regular expressions, and what they mean. */

const numberWords = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
export const numberWord = `\\d{1,3}|${numberWords.slice(1).join("|")}`;

export function toNumber(word: string): number {
  const index = numberWords.indexOf(word.toLowerCase());
  if (index >= 0) return index;
  return /^\d/.test(word) ? Number.parseInt(word, 10) : 1;
}

export const weekdayWord =
  "(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\\b";
const weekdayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
export const weekdayCode = (word: string) =>
  weekdayCodes.find((code) => word.slice(0, 2).toUpperCase() === code) as string;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
export const monthWord =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?";
export const monthNumber = (word: string) => months.indexOf(word.slice(0, 3).toLowerCase()) + 1;

export const dayNumber = "(?:3[01]|[12]\\d|0?[1-9])";
export const dayOrdinal = `${dayNumber}(?:st|nd|rd|th)\\b`;

const places: Record<string, number> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5, last: -1 };
export const placeWord = "(?:first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)";
export const toPlace = (word: string) => places[word.toLowerCase()] ?? Number.parseInt(word, 10);

/** `item`, `item and item`, `item, item & item` … */
export const listOf = (item: string) => `${item}(?:(?:\\s*,\\s*(?:and\\s+)?|\\s+and\\s+|\\s*[&/+]\\s*)${item})*`;
export const splitList = (text: string) => text.split(/\s*,\s*(?:and\s+)?|\s+and\s+|\s*[&/+]\s*/i);
