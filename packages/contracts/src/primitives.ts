import { z } from "zod";

/** UUID of any version for ids that we read; clients create with version 7. */
export const Id = z.uuid().describe("UUID");
export const ClientId = z
  .uuidv7("must be a UUID version 7")
  .describe("A UUIDv7 chosen by the client: repeating the request is then safe.");

export const Instant = z.iso.datetime({ precision: 3 }).describe("RFC 3339 UTC with milliseconds");

const inYears = (date: string) => date >= "1970-01-01" && date <= "9999-12-31";
export const CalendarDate = z.iso
  .date("must be a date such as 2026-03-29")
  .refine(inYears, "must be in the years 1970 to 9999")
  .describe("YYYY-MM-DD");
export const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:00")
  .describe("HH:MM");

// Asking costs more than the rest of a request. Names in other letters' cases are zones, too: hence the bound.
const knownZones = new Set<string>();
function isZoneName(name: string) {
  if (knownZones.has(name)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    if (knownZones.size < 1_000) knownZones.add(name);
    return true;
  } catch {
    return false;
  }
}
export const TimeZone = z
  .string()
  .max(64)
  .refine(isZoneName, "must be an IANA time zone such as Europe/Berlin")
  .describe("IANA time zone");

/** Seconds to weeks, no fractions; `P1D` is a calendar day, `PT24H` exact hours. */
export const Duration = z
  .string()
  .max(32)
  .regex(
    /^P(?!$)(\d{1,4}W)?(\d{1,5}D)?(T(?!$)(\d{1,6}H)?(\d{1,7}M)?(\d{1,8}S)?)?$/,
    "must be an ISO 8601 duration such as PT30M",
  )
  .describe("ISO 8601 duration");

/** A wall-clock due. No time: all day. No zone: floating, which means the viewer's account zone. */
export const Due = z.strictObject({
  date: CalendarDate,
  time: ClockTime.nullable().default(null),
  timeZone: TimeZone.nullable().default(null),
});
export type Due = z.infer<typeof Due>;

// Cc without tab, line feed and carriage return; lone surrogates cannot be stored as UTF-8.
const isLine = (text: string) => !/[\p{Cc}\u2028\u2029]/u.test(text) && text.isWellFormed();
const isText = (text: string) => !/[^\P{Cc}\t\n\r]/u.test(text) && text.isWellFormed();
const bytes = (text: string) => new TextEncoder().encode(text).length;

export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(max, `must be at most ${max} characters`)
    .refine(isLine, "must not contain control characters");
export const Notes = z
  .string()
  .refine((text) => bytes(text) <= 65_536, "must be at most 64 KiB")
  .refine(isText, "must not contain control characters");

export const Limit = z.coerce.number().int().min(1).max(200).default(50);
export const Cursor = z.string().min(1).max(2_000);
export const PageQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() });
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export type Page<T> = { items: T[]; nextCursor: string | null };

export const Version = z.number().int().positive();
export const IdParams = z.object({ id: Id });
