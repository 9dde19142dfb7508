/**
 * `node tools/stack/test/moving.ts`: one data folder, begun embedded, moved to the stack and back by the product's own commands. Nothing that
 * was written or accepted on one engine is missing on the other. Needs Go and Java.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { RunFile } from "../../launcher/run-file.ts";
import { ask, holdUpAudit, untilPublished } from "../../launcher/test/held-up.ts";
import { newPlace, startTend, stopTend, type Tend, untilReady } from "../../launcher/test/tend.ts";
import { signIn, signUp, type Visitor } from "../../launcher/test/visitor.ts";
import { startMailServer } from "../../mail-server.ts";
import { putDeadLetter } from "./put-dead-letter.ts";
import { until } from "./until.ts";

type Task = { id: string; title: string; status: string };

const place = await newPlace();
let mails = 0;
const mailServer = await startMailServer(() => void mails++);
const env = { SMTP_URL: mailServer.url };

const start = async (command: "start" | "stack") => {
  const tend = startTend(place, { command, env });
  await untilReady(tend);
  return tend;
};
const run = async (command: string, ...args: string[]) => {
  const tend = startTend(place, { command, args, env });
  return { code: await tend.ended, output: tend.output() };
};

/** Accepted by the engine, and consumed by all but the audit service when Tend stops. */
async function leaveBehind(tend: Tend, ada: Visitor, titles: string[]): Promise<void> {
  await holdUpAudit(place);
  for (const title of titles) await ada.post("/api/v1/tasks", { title });
  await untilPublished(place);
  assert.equal((await stopTend(tend)).code, 0);
}

async function isRefusedUntilDrained(command: "start" | "stack", refusal: RegExp): Promise<void> {
  const refused = await run(command);
  assert.match(refused.output, refusal);
  assert.equal(refused.code, 1);
  const drained = await run("drain");
  assert.match(drained.output, /^Drained: /m);
  assert.equal(drained.code, 0);
}

/** Fires within seconds, and ends in a mail. */
async function remind(ada: Visitor, title: string): Promise<void> {
  const already = mails;
  const due = Temporal.Now.zonedDateTimeISO("UTC").add({ minutes: 3 }).round({ smallestUnit: "minute" });
  const seconds = Math.round(due.since(Temporal.Now.zonedDateTimeISO("UTC")).total("seconds")) - 3;
  await ada.post("/api/v1/tasks", { title, due: dueOf(due), reminders: [{ before: `PT${seconds}S` }] });
  await until(`a mail about ${title}`, async () => mails > already);
}
const dueOf = (at: Temporal.ZonedDateTime) => ({
  date: at.toPlainDate().toString(),
  time: at.toPlainTime().toString({ smallestUnit: "minute" }),
  timeZone: "UTC",
});

const titlesOf = async (ada: Visitor) =>
  (await ada.get<{ items: Task[] }>("/api/v1/tasks?status=all&limit=100")).items.map(({ title }) => title).sort();
const openOccurrence = async (ada: Visitor) =>
  (await ada.get<{ items: Task[] }>("/api/v1/tasks?limit=100")).items.find(({ title }) => title === "water the plants");
async function completeOccurrence(ada: Visitor): Promise<void> {
  const occurrence = (await openOccurrence(ada)) ?? assert.fail("there is no open occurrence");
  await ada.post(`/api/v1/tasks/${occurrence.id}/complete`, {});
  await until("the next occurrence", async () => {
    const next = await openOccurrence(ada);
    return next !== undefined && next.id !== occurrence.id;
  });
}

const contact = () => ask(place, "select key, etag from dapr.state where key like 'notification-service||contact:%'");
const pending = () =>
  ask(place, "select task_id, fire_at from todo.reminders where fired_at is null order by fire_at desc limit 1");
const untilAudited = () =>
  until("every event in the audit trail", async () => {
    const missing =
      "select e.id from todo.events e left join audit.inbox i on i.event_id = e.id where e.task_id is not null and e.type like 'task.%' and i.event_id is null";
    return (await ask(place, missing)).length === 0;
  });

test("embedded, to the stack, and back", async (t) => {
  const kept: { titles: string[]; contact: unknown[]; pending: unknown[] } = { titles: [], contact: [], pending: [] };
  const isAllThere = async (ada: Visitor) => {
    assert.deepEqual(await titlesOf(ada), kept.titles);
    assert.deepEqual(await pending(), kept.pending);
    await untilAudited();
  };

  await t.test("written embedded", async () => {
    const tend = await start("start");
    const ada = await signUp(place);
    await remind(ada, "call Grace");
    const tomorrow = dueOf(Temporal.Now.zonedDateTimeISO("UTC").add({ days: 1 }));
    await ada.post("/api/v1/tasks", { title: "pay", due: tomorrow, reminders: [{ before: "PT10M" }] });
    const recurrence = { rrule: "FREQ=DAILY", from: "due" };
    await ada.post("/api/v1/tasks", {
      title: "water the plants",
      due: { ...tomorrow, time: null, timeZone: null },
      recurrence,
    });
    await completeOccurrence(ada);
    await untilAudited();
    // However long this test takes, it stays.
    await ask(place, "update dapr.state set expires_at = now() + interval '1 day'");
    await leaveBehind(tend, ada, ["held 1", "held 2", "held 3"]);
  });

  await t.test("the stack is refused until it is drained", async () => {
    await isRefusedUntilDrained(
      "stack",
      /^Tend ran on its embedded engine \(npm start\) before, and that holds 3 events for audit-service \(task-events\), which .*npm run drain.*\n$/m,
    );
  });

  await t.test("all of it is on the stack, and goes on there", async () => {
    const tend = await start("stack");
    const ada = await signIn(place);
    kept.titles = ["call Grace", "held 1", "held 2", "held 3", "pay", "water the plants", "water the plants"];
    kept.pending = await pending();
    kept.contact = await contact();
    assert.equal(kept.pending.length, 1);
    assert.equal(kept.contact.length, 1);
    await isAllThere(ada);
    await remind(ada, "call Ada");
    assert.deepEqual(await contact(), kept.contact, "the cached contact was not used");
    await completeOccurrence(ada);
    await resendLetter();
    await leaveBehind(tend, ada, ["held 4", "held 5"]);
    assert.match(
      tend.output(),
      /^The broker keeps 2 events for audit-service \(task-events\) for the next `npm run stack`\.$/m,
    );
  });

  await t.test("the embedded engine is refused until it is drained", async () => {
    await isRefusedUntilDrained(
      "start",
      /^Tend ran on the stack \(npm run stack\) before, and that holds 2 events for audit-service \(task-events\), which .*npm run drain.*\n$/m,
    );
  });

  await t.test("all of it is embedded again", async () => {
    const tend = await start("start");
    const ada = await signIn(place);
    kept.titles = [...kept.titles, "call Ada", "held 4", "held 5", "water the plants"].sort();
    await isAllThere(ada);
    assert.deepEqual(await contact(), kept.contact);
    await completeOccurrence(ada);
    await remind(ada, "call Linus");
    assert.equal((await run("audit-verify")).code, 0);
    await stopTend(tend);
  });

  await t.test("a stack that is stopped half-way into its start asks for no drain", async () => {
    const tend = startTend(place, { command: "stack", env });
    await until("its first sidecar", async () => {
      return RunFile.read(place.dataFolder)?.processes["daprd-todo-backend"] !== undefined;
    });
    const { code, ms } = await stopTend(tend);
    assert.doesNotMatch(tend.output(), /Tend is ready/);
    assert.equal(code, 0);
    assert.ok(ms < 10_000, `it took ${ms} ms`);
    assert.equal((await stopTend(await start("start"))).code, 0);
  });

  await place.remove();
  await mailServer.close();
});

/** A letter as daprd writes it, of an event that is sound by now: listed, sent again by the command, and in the audit trail. */
async function resendLetter(): Promise<void> {
  const id = randomUUID();
  await putDeadLetter(place.dataFolder, id);
  const listed = await run("events");
  assert.match(
    listed.output,
    /^1 dead letter\n.* task-events {2}task\.created\.v1 {2}task-events-dead-letters\/\d\/0 {2}/m,
  );
  const again = await run("events", "retry");
  assert.match(again.output, /^1 dead letter sent again\.$/m);
  await until("the letter in the audit trail", async () => {
    return (await ask(place, "select from audit.inbox where event_id = $1", [id])).length === 1;
  });
  assert.match((await run("events")).output, /^0 dead letters$/m);
}
