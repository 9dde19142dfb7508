import type { Contact, Due } from "@tend/contracts";

/** "Saturday 21 November 2026 at 09:00"; the zone is named when it is not the reader's. */
export function describeDue({ date, time, timeZone }: Due, contact: Pick<Contact, "locale" | "timeZone">): string {
  const locale = supported(contact.locale);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  if (time === null) return day.format(new Date(`${date}T00:00:00Z`));
  const both = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short", timeZone: "UTC" });
  // A wall-clock time, shown as it stands: UTC only keeps the formatter from moving it.
  const text = both.format(new Date(`${date}T${time}:00Z`));
  return timeZone && timeZone !== contact.timeZone ? `${text} (${timeZone.replaceAll("_", " ")})` : text;
}

function supported(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}
