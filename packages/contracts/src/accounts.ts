import { z } from "zod";
import { ClockTime, Id, Instant, line, pageOf, TimeZone, Version } from "./primitives.ts";

export const Locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "must be a language tag such as en-GB");

export const Me = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    timeZone: z.string(),
    locale: z.string(),
    allDayTime: ClockTime.describe("When reminders of all-day tasks count from"),
    inboxProjectId: Id,
    isAdministrator: z.boolean(),
    mailAvailable: z.boolean().describe("Whether this installation can send e-mail"),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;
export const MePatch = z.strictObject({
  name: line(100).optional(),
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
  allDayTime: ClockTime.optional(),
});
export type MePatch = z.infer<typeof MePatch>;

export const Scope = z.enum(["read", "write"]);
export type Scope = z.infer<typeof Scope>;
export const AccessToken = z
  .object({
    id: Id,
    name: z.string(),
    scopes: z.array(Scope),
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
    createdAt: Instant,
  })
  .meta({ id: "AccessToken" });
export type AccessToken = z.infer<typeof AccessToken>;
export const NewAccessToken = z.strictObject({
  name: line(100),
  scopes: z.array(Scope).min(1).max(2).default(["read", "write"]),
  expiresAt: Instant.optional(),
});
export const CreatedAccessToken = AccessToken.extend({
  token: z.string().describe("Shown this once; only its hash is kept"),
});
export const AccessTokenPage = pageOf(AccessToken);
