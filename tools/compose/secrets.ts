import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { credentials, newSecret, type Secrets } from "../launcher/secrets.ts";

/** Apps, and the store of each service's sidecar; the UI has no secrets but its tokens. */
const stores = ["todo-backend", "notification-service", "recurring-task-service", "audit-service"];
const apps = [...stores, "todo-frontend"];
const withMail = ["todo-backend", "notification-service"];

export type MailSettings = { smtpUrl: string | undefined; sendgridKey: string | undefined };

/**
 * Every secret of the containers, random, each in a file of its own. False, and no secret touched, where there are some already.
 * `isVolume`: only containers see the folder, whose users are others.
 */
export function makeSecrets(folder: string, mail: MailSettings, { isVolume = false } = {}): boolean {
  mkdirSync(folder, { recursive: true });
  // Also one that was there: the files in it are readable by all.
  chmodSync(folder, isVolume ? 0o755 : 0o700);
  if (existsSync(join(folder, "postgres-password"))) return false;
  const shared: Secrets = { [credentials("dapr")]: roleUrl("dapr"), "kafka-brokers": "kafka:9092" };
  // For what is run by hand, and for what prepares the database.
  const everyRole = { ...shared };
  for (const appId of apps)
    write(folder, `${appId}.env`, `DAPR_API_TOKEN=${newSecret()}\nAPP_API_TOKEN=${newSecret()}\n`);
  for (const appId of stores) {
    const role = { [credentials(appId)]: roleUrl(appId) };
    Object.assign(everyRole, role);
    const store: Secrets = { ...role, ...shared };
    if (appId === "todo-backend") store["jwt-secret"] = newSecret();
    writeStore(folder, appId, withMail.includes(appId) ? { ...store, ...mailSecrets(mail) } : store);
  }
  writeStore(folder, "secrets", everyRole);
  // Last: where it is, all are.
  write(folder, "postgres-password", `${newSecret()}\n`);
  return true;
}

/** Another mail server (or none) in secrets that are there; all others stay. */
export function changeMail(folder: string, mail: MailSettings): void {
  for (const appId of withMail) {
    const file = join(folder, `${appId}.json`);
    if (!existsSync(file)) throw new Fault(`${file} is not there: make the secrets first (npm run compose:secrets).`);
    const { "smtp-secret": _smtp, "sendgrid-secret": _sendgrid, ...kept } = JSON.parse(readFileSync(file, "utf8"));
    writeStore(folder, appId, { ...kept, ...mailSecrets(mail) });
  }
}

const roleUrl = (role: string) => `postgres://${role}:${newSecret()}@postgres:5432/tend`;

const mailSecrets = ({ smtpUrl, sendgridKey }: MailSettings): Secrets => ({
  ...(smtpUrl ? { "smtp-secret": smtpUrl } : {}),
  ...(sendgridKey ? { "sendgrid-secret": sendgridKey } : {}),
});

const writeStore = (folder: string, appId: string, store: Secrets) =>
  write(folder, `${appId}.json`, `${JSON.stringify(store, null, 2)}\n`);

/** On a host the folder is its owner's alone; the files in it are read by the containers, whose users are others. */
function write(folder: string, name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, text, { flush: true });
  chmodSync(`${file}.new`, 0o444);
  renameSync(`${file}.new`, file);
}
