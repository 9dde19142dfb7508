/**
 * `node tools/stack/test/rotation.ts`: each secret of Tend is changed on a running stack, while somebody uses it: nobody signs in again,
 * nothing that was saved is lost, and what waited meanwhile is done once. Needs Go and Java.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { root } from "../../bootstrap/folders.mjs";
import { isReady } from "../../faults/parts.ts";
import { attach, type RunningProduct } from "../../faults/running-product.ts";
import { schemas } from "../../launcher/apps.ts";
import { RunFile } from "../../launcher/run-file.ts";
import { credentials, newSecret, readStore, writeSecrets } from "../../launcher/secrets.ts";
import { ask } from "../../launcher/test/held-up.ts";
import { newPlace, type Place, startTend, stopTend, type Tend, untilReady } from "../../launcher/test/tend.ts";
import { signIn, signUp, type Visitor } from "../../launcher/test/visitor.ts";
import { type Mail, type MailServer, startMailServer } from "../../mail-server.ts";
import { startLightUse } from "./rotation/light-use.ts";
import { startAudit } from "./rotation/own-audit.ts";
import { until } from "./until.ts";

let place: Place;
let tend: Tend;
let stack: RunningProduct;
let ada: Visitor;
let use: Awaited<ReturnType<typeof startLightUse>>;
let mailServer: MailServer;
let mailPassword = newSecret();
const mails: Mail[] = [];
const mailUrl = () => Object.assign(new URL(mailServer.url), { username: "tend", password: mailPassword }).href;

before(async () => {
  place = await newPlace();
  mailServer = await startMailServer((mail) => void mails.push(mail), { user: "tend", password: () => mailPassword });
  await start();
  ada = await signUp(place);
  use = await startLightUse(place.base);
});
after(async () => {
  await stopTend(tend);
  await mailServer.close();
  await place.remove();
});

async function start() {
  tend = startTend(place, { command: "stack", env: { SMTP_URL: mailUrl(), RATE_LIMIT_API: "0" } });
  await untilReady(tend);
  stack = attach({ base: place.base, data: place.dataFolder, engine: "stack", replicas: 1 });
}

const store = () => readStore(place.dataFolder);
const change = (secrets: Record<string, string>) => writeSecrets(place.dataFolder, { ...store(), ...secrets });
const me = (visitor: Visitor) => visitor.get<{ email: string }>("/api/v1/me");
const goOn = async (tasks: number) => {
  const wanted = use.saved() + tasks;
  await until(`${tasks} more tasks`, async () => use.saved() >= wanted);
};

/** As a redeploy does it: the app and its sidecar, asked to stop and begun anew. */
async function redeploy(...appIds: string[]): Promise<void> {
  const names = appIds.flatMap((appId) => [appId, `daprd-${appId}`]);
  const pid = (name: string) => RunFile.read(place.dataFolder)?.processes[name]?.pid ?? 0;
  const before = new Map(names.map((name) => [name, pid(name)]));
  for (const old of before.values()) process.kill(old, "SIGTERM");
  await until(`${names.join(", ")} to be new`, async () => names.every((name) => pid(name) !== before.get(name)));
  await until("all to be well", () => stack.isWell());
}

test("the secret that signs sessions: nobody signs in again until it is gone", async () => {
  const former = store()["jwt-secret"] ?? "";
  const next = newSecret();
  change({ "jwt-secret": `${former} ${next}` });
  await redeploy("todo-backend");
  await me(ada);
  change({ "jwt-secret": `${next} ${former}` });
  await redeploy("todo-backend");
  await me(ada);
  const signedInSince = await signIn(place);
  change({ "jwt-secret": next });
  await redeploy("todo-backend");
  await me(signedInSince);
  await assert.rejects(me(ada), /401/);
  ada = signedInSince;
});

test("a role's password: open connections go on, others are let in when the app is new", async () => {
  const roles = ["todo-backend", "dapr"];
  const former = Object.fromEntries(roles.map((role) => [role, store()[credentials(role)] ?? ""]));
  const next = Object.fromEntries(roles.map((role) => [credentials(role), withPassword(former[role] ?? "")]));
  const failures = use.failures();
  await prepareDatabase({ ...store(), ...next });
  for (const role of roles) await assert.rejects(connect(former[role] ?? ""), /password authentication failed/);
  await goOn(30);
  assert.equal(await isReady(place.base), true);
  assert.deepEqual(use.failures(), failures);
  change(next);
  await redeploy("todo-backend", "notification-service", "recurring-task-service", "audit-service");
  for (const role of roles) await connect(next[credentials(role)] ?? "");
  await goOn(10);
});

test("the mail server's password: what it refused meanwhile arrives once", async () => {
  await remind("with the password of before");
  await until("its mail", async () => about("with the password of before") === 1);
  mailPassword = newSecret();
  // The mailer keeps its connections, as a real server may: they end.
  mailServer.hangUp();
  await remind("refused at first");
  await until("the refusal", async () => {
    const text = "select from notification.deliveries where status = 'pending' and error ~ '535'";
    return (await ask(place, text)).length > 0;
  });
  assert.equal(about("refused at first"), 0);
  change({ "smtp-secret": mailUrl() });
  await redeploy("notification-service");
  await until("its mail", async () => about("refused at first") > 0);
});

test("the tokens of an app and its sidecar: where they differ nothing is handed over, and nothing is lost", async () => {
  const refused = async () =>
    readFileSync(join(place.dataFolder, "stack/logs/one-more-daprd.log"), "utf8").includes("403");
  const other = await startAudit({ dataFolder: place.dataFolder, sentryPort: stack.portOf("sentry"), agrees: false });
  await until("an event that it refuses", refused);
  await goOn(10);
  await other.stop();
});

test("the authority of the sidecars: they go on with another one, and trust it when all are new", async () => {
  const folder = join(place.dataFolder, "stack/sentry");
  const file = join(folder, "ca.crt");
  const former = readFileSync(file, "utf8");
  const pid = RunFile.read(place.dataFolder)?.processes.sentry?.pid ?? 0;
  for (const name of ["ca.crt", "issuer.crt", "issuer.key"]) rmSync(join(folder, name));
  process.kill(pid, "SIGTERM");
  await until("another root", async () => (await stack.isReplaced("sentry", pid)) && readText(file) !== former);
  await goOn(30);
  const other = await startAudit({ dataFolder: place.dataFolder, sentryPort: stack.portOf("sentry"), agrees: true });
  // Half of the calls reach the sidecar of the new authority, which the others do not trust yet: those are made again, elsewhere.
  for (let call = 0; call < 6; call++) await ada.get("/api/v1/audit?limit=1");
  await other.stop();
  // By the page's sidecar and the backend's to the audit service's.
  assert.equal((await fetch(`${place.base}/sign-in`)).status, 200);
  await ada.get("/api/v1/audit?limit=1");
  // The tokens of all apps are new then as well.
  assert.equal((await stopTend(tend)).code, 0);
  await start();
  await me(ada);
  await goOn(10);
});

test("all that was saved is there, and in the trail, and nothing became a dead letter", async () => {
  const saved = await use.stop();
  const kept = await ask(place, "select from todo.tasks where id = any($1::uuid[])", [saved]);
  assert.equal(kept.length, saved.length);
  const missing = `select e.id from todo.events e left join audit.inbox i on i.event_id = e.id
    where e.task_id = any($1::uuid[]) and e.type like 'task.%' and i.event_id is null`;
  await until("every event in the trail", async () => (await ask(place, missing, [saved])).length === 0);
  const events = startTend(place, { command: "events" });
  assert.equal(await events.ended, 0);
  assert.match(events.output(), /^0 parked events\n0 dead letters$/m);
  assert.equal(about("refused at first"), 1);
  console.log(`${saved.length} tasks; attempts that were answered otherwise: ${JSON.stringify(use.failures())}`);
});

const about = (title: string) => mails.filter(({ raw }) => raw.includes(title)).length;

/** Fires within seconds, and ends in a mail. */
async function remind(title: string): Promise<void> {
  const due = Temporal.Now.zonedDateTimeISO("UTC").add({ minutes: 3 }).round({ smallestUnit: "minute" });
  const seconds = Math.round(due.since(Temporal.Now.zonedDateTimeISO("UTC")).total("seconds")) - 2;
  const time = due.toPlainTime().toString({ smallestUnit: "minute" });
  await ada.post("/api/v1/tasks", {
    title,
    due: { date: due.toPlainDate().toString(), time, timeZone: "UTC" },
    reminders: [{ before: `PT${seconds}S` }],
  });
}

const withPassword = (address: string) => Object.assign(new URL(address), { password: newSecret() }).href;

/** The migrate job's own program, with its files. */
async function prepareDatabase(secrets: Record<string, string>): Promise<void> {
  const folder = join(place.dataFolder, "../job");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "database-url"), RunFile.read(place.dataFolder)?.databaseUrl ?? "");
  for (const { role } of schemas) writeFileSync(join(folder, credentials(role)), secrets[credentials(role)] ?? "");
  const env = { PATH: process.env.PATH, DATA_DIR: folder };
  await promisify(execFile)(process.execPath, ["tools/prepare-database.ts"], { cwd: root, env });
}

async function connect(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.end();
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
