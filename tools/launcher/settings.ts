import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";

const examples = /^(change-?me|example|secret|password|token|test|x+|your-.*|<.*>)$/i;
const isUrl = (protocols: RegExp) => (text: string) =>
  URL.canParse(text) && protocols.test(new URL(text).protocol) && new URL(text).hostname !== "";
const hasOwnPassword = (text: string) =>
  !URL.canParse(text) || !examples.test(decodeURIComponent(new URL(text).password));

/** Every setting of the product; those of one service alone are handed on as they are, and checked there too. */
const Environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port, 1 to 65535")
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, "must be a port, 1 to 65535")
    .default(3000),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, "must be an address of this machine, such as 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: z
    .string()
    .refine(isUrl(/^postgres(ql)?:$/), "must look like postgres://user:password@host:5432/database")
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine(isUrl(/^https?:$/), "must be the address people use, such as https://tend.example.org")
    .optional(),
  SMTP_URL: z
    .string()
    .refine(isUrl(/^smtps?:$/), "must look like smtp://user:password@host:587")
    .refine(hasOwnPassword, "holds an example for a password")
    .optional(),
  SENDGRID_API_KEY: z
    .string()
    .min(16, "is too short for a key")
    .refine((key) => !examples.test(key), "holds an example, not a key")
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^\p{Cc}<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/u,
      "must be an address such as Tend <tend@example.org>",
    )
    .optional(),
  SIGN_UP: z.enum(["open", "invite", "closed"], "must be open, invite or closed").optional(),
  RATE_LIMIT_API: z.string().regex(/^\d+$/, "must be a number of requests per minute, 0 for no limit").optional(),
  RATE_LIMIT_SIGN_IN: z.string().regex(/^\d+$/, "must be a number of attempts per minute, 0 for no limit").optional(),
  TRUSTED_PROXIES: z.string().optional(),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "must be trace, debug, info, warn, error, fatal or silent",
    )
    .optional(),
  ZIPKIN_URL: z
    .string()
    .refine(isUrl(/^https?:$/), "must be an http(s) address")
    .optional(),
});

export type Settings = {
  port: number;
  host: string;
  /** Absolute. */
  dataFolder: string;
  /** Unset: PostgreSQL is ours. */
  databaseUrl: string | undefined;
  publicUrl: string;
  smtpUrl: string | undefined;
  sendgridKey: string | undefined;
  /** Addresses or CIDR ranges of proxies before the front door. */
  trustedProxies: string[];
  logLevel: string;
  /** Settings without secrets that services read themselves. */
  forServices: Record<string, string>;
};

const secretNames = ["DATABASE_URL", "SMTP_URL", "SENDGRID_API_KEY"];
const handedOn = ["MAIL_FROM", "SIGN_UP", "RATE_LIMIT_API", "RATE_LIMIT_SIGN_IN", "ZIPKIN_URL", "SENDGRID_URL"];

/** Reads the environment and `.env`, and takes the secrets out of the environment, so that no child inherits them. */
export function takeSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const file = join(root, ".env");
  if (env === process.env && existsSync(file)) process.loadEnvFile(file);
  return takeGiven(env);
}

/** The same of the environment alone. */
export function takeGiven(env: NodeJS.ProcessEnv): Settings {
  const settings = readSettings(env);
  for (const name of secretNames) delete env[name];
  return settings;
}

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = Environment.safeParse(given);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Fault(`Wrong settings: ${faults.join("; ")} (see .env.example).`);
  }
  const values = result.data;
  return {
    port: values.PORT,
    host: values.HOST,
    dataFolder: resolve(root, values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    publicUrl: (values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ""),
    smtpUrl: values.SMTP_URL,
    sendgridKey: values.SENDGRID_API_KEY,
    trustedProxies: values.TRUSTED_PROXIES?.split(",").flatMap((entry) => entry.trim() || []) ?? [],
    // At a terminal only what needs attention; into a file or a collector everything.
    logLevel: values.LOG_LEVEL ?? (process.stdout.isTTY ? "warn" : "info"),
    forServices: Object.fromEntries(handedOn.flatMap((name) => (given[name] ? [[name, given[name]]] : []))),
  };
}
