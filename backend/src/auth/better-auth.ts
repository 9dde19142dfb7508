import { prismaAdapter } from "better-auth/adapters/prisma";
import { betterAuth } from "better-auth/minimal";
import { v7 as uuidv7 } from "uuid";
import type { Context } from "../context.ts";
import { accountStore } from "./account-store.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

const day = 86_400;
/** The one header by which our routes tell better-auth the client's address. */
export const addressHeader = "x-tend-address";

/** Only `auth.routes.ts` calls it, with requests that it has checked and built anew: no route or header of better-auth's is open. */
export function createAuth({
  config,
  prisma,
  authSecret,
  log,
}: Pick<Context, "config" | "prisma" | "authSecret" | "log">) {
  return betterAuth({
    appName: "Tend",
    baseURL: config.publicUrl,
    basePath: "/api/auth",
    secret: authSecret,
    trustedOrigins: config.trustedOrigins,
    database: prismaAdapter(accountStore(prisma), { provider: "postgresql", transaction: true }),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    account: { accountLinking: { enabled: false } },
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: 30 * day, updateAge: day, cookieCache: { enabled: false } },
    user: {
      additionalFields: {
        timeZone: { type: "string", required: false, defaultValue: "UTC" },
        locale: { type: "string", required: false, defaultValue: "en" },
      },
    },
    // Counted by our own routes, by address and by account.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "tend",
      useSecureCookies: config.publicUrl.startsWith("https://"),
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => uuidv7() },
    },
    telemetry: { enabled: false },
    logger: {
      level: "error",
      log: (level, message, ...details) =>
        log[level === "error" ? "error" : "debug"](
          { source: "better-auth", err: details.find((it) => it instanceof Error) },
          message,
        ),
    },
  });
}
