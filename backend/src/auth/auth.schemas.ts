import { Id, Instant, Locale, line, TimeZone } from "@tend/contracts";
import { z } from "zod";

const Email = z
  .string()
  .trim()
  .max(254, "must be at most 254 characters")
  .toLowerCase()
  .pipe(z.email("must be an e-mail address"));
const Password = z
  .string()
  .min(8, "must have at least 8 characters")
  .max(128, "must have at most 128 characters")
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "must not contain control characters");
// Of a sign-in only the type and the size matter: whether it is right is for the hash to say.
const AnyPassword = z.string().min(1, "must not be empty").max(1_000, "is too long");

export const SignUp = z.strictObject({
  name: line(100),
  email: Email,
  password: Password,
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
  rememberMe: z.boolean().optional(),
});
export const SignIn = z.strictObject({
  email: Email,
  password: AnyPassword,
  rememberMe: z.boolean().optional(),
});
export const ChangePassword = z.strictObject({
  currentPassword: AnyPassword,
  newPassword: Password,
  revokeOtherSessions: z.boolean().optional(),
});
export const RevokeSession = z.strictObject({
  token: z.string().regex(/^[\w-]{1,200}$/, "must be the token of a session"),
});

export const SessionUser = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  timeZone: z.string().nullish(),
  locale: z.string().nullish(),
  createdAt: Instant,
});
export const Session = z.object({
  id: Id,
  token: z.string().describe("Names the session, for revoking it; worthless without the signed cookie"),
  expiresAt: Instant,
  createdAt: Instant,
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
});
export const SignedIn = z.object({ user: SessionUser });
export const PresentSession = z.object({ session: Session, user: SessionUser }).nullable();
export const Sessions = z.array(Session);
export const Done = z.object({ success: z.boolean() });
