/**
 * `node tools/stack/test/restore.ts`: the stack in use, an accident, and its database put back to a moment before, from a whole copy and
 * the archived log, while the broker has gone on. As on a cluster, with PostgreSQL's own means. Needs Go and Java.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning } from "../../bootstrap/process-identity.mjs";
import { countInKafka } from "../../engine/kafka-log.ts";
import { withDapr } from "../../engine/record.ts";
import { RunFile } from "../../launcher/run-file.ts";
import { credentials, readStore } from "../../launcher/secrets.ts";
import { ask, holdUp, untilPublished } from "../../launcher/test/held-up.ts";
import { newPlace, startTend, stopTend, type Tend, untilReady } from "../../launcher/test/tend.ts";
import { signUp, type Visitor } from "../../launcher/test/visitor.ts";
import { startMailServer } from "../../mail-server.ts";
import { archiveFromTheStart, archiveNow, copyWhole, putBack } from "./restore/archive.ts";
import { until } from "./until.ts";

type Task = { id: string; title: string; status: string; version: number };
type Page<T> = { items: T[]; nextCursor: string | null };
type Changes = { items: { id: string }[]; nextCursor: string };

const place = await newPlace();
const mails: { subject: string; id: string }[] = [];
const mailServer = await startMailServer(({ raw }) => {
  const header = (name: string) => new RegExp(`^${name}: (.+)$`, "im").exec(raw)?.[1]?.trim() ?? "";
  mails.push({ subject: header("Subject"), id: header("Message-ID") });
});

const start = async () => {
  const tend = startTend(place, { command: "stack", env: { SMTP_URL: mailServer.url } });
  await untilReady(tend);
  return tend;
};
const mailsAbout = (title: string) => mails.filter(({ subject }) => subject.includes(title));
const count = async (from: string) => (await ask<{ n: number }>(place, `select count(*)::int as n from ${from}`))[0]?.n;
const events = () => ask<{ id: string }>(place, "select id from todo.events order by seq");
const addTask = (ada: Visitor, title: string, more = {}) => ada.post<Task>("/api/v1/tasks", { title, ...more });
const complete = (ada: Visitor, { id }: Task) => ada.post(`/api/v1/tasks/${id}/complete`, {});
const changes = (ada: Visitor, cursor?: string) =>
  ada.get<Changes>(`/api/v1/changes${cursor ? `?cursor=${cursor}` : ""}`);
async function allTasks(ada: Visitor, cursor = ""): Promise<Task[]> {
  const { items, nextCursor } = await ada.get<Page<Task>>(`/api/v1/tasks?status=all&limit=100${cursor}`);
  return nextCursor === null ? items : [...items, ...(await allTasks(ada, `&cursor=${nextCursor}`))];
}
const openOnes = async (ada: Visitor, title: string) =>
  (await allTasks(ada)).filter((task) => task.title === title && task.status === "open");
const untilFollowed = (ada: Visitor, { id, title }: Task) =>
  until(`the next “${title}”`, async () => (await openOnes(ada, title)).some((task) => task.id !== id));

const soon = () => Temporal.Now.zonedDateTimeISO("UTC").add({ minutes: 3 }).round({ smallestUnit: "minute" });
const dueOf = (at: Temporal.ZonedDateTime) => ({
  date: at.toPlainDate().toString(),
  time: at.toPlainTime().toString({ smallestUnit: "minute" }),
  timeZone: "UTC",
});
/** Its reminder fires so many seconds from now. */
function reminded(seconds: number) {
  const due = soon();
  const before = Math.round(due.since(Temporal.Now.zonedDateTimeISO("UTC")).total("seconds")) - seconds;
  return { due: dueOf(due), reminders: [{ before: `PT${before}S` }] };
}
const daily = () => ({
  due: { date: Temporal.Now.plainDateISO("UTC").toString(), time: null, timeZone: null },
  recurrence: { rrule: "FREQ=DAILY", from: "due" },
});

const unaudited = `todo.events e where type <> 'reminder.due.v1' and not exists (select from audit.chain c where c.event_id = e.id)`;
const untilAudited = () => until("every event in the trail", async () => (await count(unaudited)) === 0);
/** Nothing waits in the broker for anyone. */
const untilConsumed = () =>
  until("every event is consumed", async () => {
    const broker = `127.0.0.1:${RunFile.read(place.dataFolder)?.processes.kafka?.port}`;
    const url = readStore(place.dataFolder)[credentials("dapr")] ?? "";
    return (await withDapr(url, (client) => countInKafka(broker, client))).events.length === 0;
  });

/** As when the machine goes: nobody gets to finish anything. */
async function killAll(tend: Tend): Promise<void> {
  const processes = Object.entries(RunFile.read(place.dataFolder)?.processes ?? {});
  tend.process.kill("SIGKILL");
  await tend.ended;
  for (const [name, { pid }] of processes)
    try {
      // Of PostgreSQL all its processes are to be gone, not only the first.
      if (name === "postgres") process.kill(pid, "SIGQUIT");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // Its guard was quicker.
    }
  await until("every process has ended", async () => !processes.some(([, identity]) => isRunning(identity)));
}

/** What was known at the moment that is restored. */
type Kept = { moment: string; cursor: string; tasks: Task[]; events: { id: string }[] };

test("an accident, and back to the moment before it", async (t) => {
  const archive = await archiveFromTheStart(place);
  let tend = await start();
  const ada = await signUp(place);
  const kept: Kept = { moment: "", cursor: "", tasks: [], events: [] };
  let cursorAfter = "";
  t.after(async () => {
    if (tend.process.exitCode === null) await stopTend(tend);
    await place.remove();
    await mailServer.close();
  });

  await t.test("in use, while a whole copy is made", async () => {
    const plants = await addTask(ada, "water the plants", daily());
    await addTask(ada, "told before", reminded(2));
    let isCopied = false;
    const writing = (async () => {
      for (let n = 1; !isCopied; n++) await addTask(ada, `busy ${n}`);
    })();
    await copyWhole(place, archive).finally(() => (isCopied = true));
    await writing;
    await complete(ada, plants);
    await untilFollowed(ada, plants);
    await until("a mail", async () => mailsAbout("told before").length === 1);
    await untilAudited();
  });

  await t.test("the moment: much is committed and published that nobody has handled", async () => {
    const held = await holdUp(place, "audit", "recurring", "notification");
    const stretch = await addTask(ada, "stretch", daily());
    const told = await addTask(ada, "told after", reminded(2));
    await addTask(ada, "told later", reminded(45));
    const renamed = await addTask(ada, "first name");
    await complete(ada, stretch);
    await until("a reminder has fired", async () => {
      return (await count(`todo.events where type = 'reminder.due.v1' and task_id = '${told.id}'`)) === 1;
    });
    await untilPublished(place);
    kept.tasks = await allTasks(ada);
    kept.cursor = (await changes(ada)).nextCursor;
    kept.events = await events();
    const [now] = await ask<{ now: string }>(place, "select clock_timestamp()::text as now");
    kept.moment = now?.now ?? "";

    await held.letGo();
    await untilAudited();
    await untilFollowed(ada, stretch);
    await until("a mail", async () => mailsAbout("told after").length === 1);
    await addTask(ada, "after, and handled");
    await ada.post(`/api/v1/tasks/${renamed.id}/complete`, {});
    await untilAudited();
    await untilConsumed();
    await holdUp(place, "audit", "recurring", "notification");
    const never = await addTask(ada, "after, and never handled", daily());
    await complete(ada, never);
    await untilPublished(place);
    cursorAfter = (await changes(ada)).nextCursor;
  });

  await t.test("the accident", async () => {
    await ask(place, "truncate todo.tasks cascade");
    await archiveNow(place);
    await killAll(tend);
    await putBack(place, archive, kept.moment);
  });

  await t.test("every task is as it was, and open pages load again", async () => {
    tend = await start();
    assert.match(
      tend.output(),
      /^The database has been restored: .* nobody had handled \(\d+ events\) is published again\.$/m,
    );
    const found = new Map((await allTasks(ada)).map((task) => [task.id, task]));
    assert.deepEqual(
      kept.tasks.map(({ id }) => found.get(id)),
      kept.tasks,
    );
    assert.deepEqual((await events()).slice(0, kept.events.length), kept.events);
    for (const cursor of [kept.cursor, cursorAfter]) await assert.rejects(changes(ada, cursor), / 410: /);
    assert.deepEqual((await changes(ada, (await changes(ada)).nextCursor)).items, []);
  });

  await t.test("what was committed is handled, once, and what is gone acts nowhere", async () => {
    await untilAudited();
    await until("the next “stretch”", async () => (await openOnes(ada, "stretch")).length === 1);
    await until(
      "the mails",
      async () => mailsAbout("told after").length === 2 && mailsAbout("told later").length === 1,
    );
    await untilConsumed();
    assert.equal(await count("audit.chain c where not exists (select from todo.events e where e.id = c.event_id)"), 0);
    assert.equal(await count("audit.chain"), await count("todo.events where type <> 'reminder.due.v1'"));
    for (const table of ["notification.notifications", "recurring.occurrences", "recurring.task_versions"])
      assert.equal(
        await count(
          `${table} x where task_id is not null and not exists (select from todo.tasks t where t.id = x.task_id)`,
        ),
        0,
        table,
      );
    const titles = (await allTasks(ada)).map(({ title }) => title);
    assert.deepEqual(
      titles.filter((title) => title.startsWith("after")),
      [],
    );
    assert.equal(titles.length, kept.tasks.length + 1);
    assert.equal((await openOnes(ada, "water the plants")).length, 1);
    // Its receipt was lost with what came after the moment: told again, under the same id.
    assert.equal(new Set(mailsAbout("told after").map(({ id }) => id)).size, 1);
    assert.equal(mailsAbout("told before").length, 1);
    assert.equal(mails.length, 4);
  });

  await t.test("all goes on", async () => {
    const { nextCursor } = await changes(ada);
    await addTask(ada, "told again", reminded(2));
    const plants = (await openOnes(ada, "water the plants"))[0] ?? assert.fail("there is no open occurrence");
    await complete(ada, plants);
    await untilFollowed(ada, plants);
    await until("a mail", async () => mailsAbout("told again").length === 1);
    await untilAudited();
    assert.equal((await changes(ada, nextCursor)).items.length, 4);
    const verified = startTend(place, { command: "audit-verify" });
    assert.equal(await verified.ended, 0, verified.output());
    assert.equal((await stopTend(tend)).code, 0);
  });
});
