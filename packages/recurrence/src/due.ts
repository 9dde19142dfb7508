/** A wall-clock due: no time is all day, no zone is floating (the viewer's zone). */
export type Due = {
  /** YYYY-MM-DD */
  date: string;
  /** HH:MM */
  time: string | null;
  /** IANA name */
  timeZone: string | null;
};

/** `rrule` is RFC 5545 with RFC 7529; `from` says whether the next one counts from the due or from the completion. */
export type Recurrence = { rrule: string; from: "due" | "completion" };

/** `at` is the instant the wall clock means; null for all-day. */
export type Occurrence = Due & { at: string | null };

export type Series = {
  recurrence: Recurrence;
  /** DTSTART of the rule, as wall clock. */
  anchor: Due;
  /** The anchor's place in the series: 1 unless the series was re-anchored. */
  anchorNumber: number;
  /** Original wall-clock due (RECURRENCE-ID) of the occurrence just completed. */
  occurrence: Due;
  occurrenceNumber: number;
  /** Its present due, which may have been moved. */
  due: Due;
};

export type Next = {
  due: Due;
  occurrenceNumber: number;
  /** The first 100 occurrences that were passed over. */
  missed: Due[];
  missedCount: number;
};
