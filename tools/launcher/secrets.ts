import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import type { Settings } from "./settings.ts";

/** The file of the secret store: name → value. */
export type Secrets = Record<string, string>;

export const secretsFile = (dataFolder: string) => join(dataFolder, "secrets.json");
export const newSecret = () => randomBytes(32).toString("base64url");

/** What the store holds, with the secrets of the settings put in and those taken out that are set no more. */
export function readSecrets({ dataFolder, smtpUrl, sendgridKey }: Settings): Secrets {
  const secrets = readStore(dataFolder);
  secrets["jwt-secret"] ??= newSecret();
  if (secrets["jwt-secret"].length < 32)
    throw new Fault(
      `The jwt-secret in ${secretsFile(dataFolder)} is too short: remove that line, and start again (people then sign in again).`,
    );
  for (const [name, value] of [
    ["smtp-secret", smtpUrl],
    ["sendgrid-secret", sendgridKey],
  ] as const) {
    if (value) secrets[name] = value;
    else delete secrets[name];
  }
  // Of the stack's broker, at a port of that run.
  delete secrets["kafka-brokers"];
  return secrets;
}

export function readStore(dataFolder: string): Secrets {
  const file = secretsFile(dataFolder);
  if (!existsSync(file)) return readFiles(dataFolder);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Fault(
      `The secrets in ${file} cannot be read: restore the file from a backup, or remove it (people then sign in again).`,
    );
  }
}

/** In a cluster each of the store's secrets is a file of its own. */
function readFiles(folder: string): Secrets {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder).filter((name) => name.startsWith(credentials("")));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8").trim()]));
}

/** Readable by the owner only, and never half-written. */
export function writeSecrets(dataFolder: string, secrets: Secrets): void {
  writePrivate(secretsFile(dataFolder), `${JSON.stringify(secrets, null, 2)}\n`);
}

/** Password of PostgreSQL's superuser: the launcher's own, so not in the store. */
export function superuserPassword(dataFolder: string): string {
  const file = join(dataFolder, "postgres-password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const password = newSecret();
  writePrivate(file, `${password}\n`);
  return password;
}

function writePrivate(file: string, text: string) {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** The password in the address of a role, or a new one. */
export function rolePassword(secrets: Secrets, role: string): string {
  const url = secrets[credentials(role)];
  return (url && URL.canParse(url) && decodeURIComponent(new URL(url).password)) || newSecret();
}

export const credentials = (role: string) => `postgres-credentials-${role}`;
