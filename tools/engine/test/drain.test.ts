import { afterAll, beforeAll, expect, test } from "vitest";
import { readSettings } from "../../launcher/settings.ts";
import { ask, holdUpAudit, untilPublished } from "../../launcher/test/held-up.ts";
import { newPlace, type Place, startTend, stopTend, untilReady } from "../../launcher/test/tend.ts";
import { signUp } from "../../launcher/test/visitor.ts";
import { withDatabases } from "../../launcher/with-databases.ts";
import { refuseUnlessDrained, withDapr } from "../record.ts";

let place: Place;
beforeAll(async () => {
  place = await newPlace();
});
afterAll(() => place.remove());

async function command(name: string, ...args: string[]) {
  const tend = startTend(place, { command: name, args });
  return { code: await tend.ended, output: tend.output() };
}
const wouldStackStart = () =>
  withDatabases(
    ["dapr"],
    (url) =>
      refuseUnlessDrained(url, "stack").then(
        () => "yes",
        ({ message }) => message,
      ),
    readSettings({ DATA_DIR: place.dataFolder }),
  );

const putLetter = (url: string, event: object, note: object) =>
  withDapr(url, (client) =>
    client.query(
      `insert into messages (topic_id, partition, "offset", key, headers, body, dead_letter)
        select id, 3, 0, 'key', '{}', $1, $2 from topics where name = 'task-events-dead-letters'`,
      [JSON.stringify(event), JSON.stringify(note)],
    ),
  );

test("drain says what waits, waits for it, and then the other engine may start", { timeout: 600_000 }, async () => {
  const tend = startTend(place, { args: ["--processes"] });
  await untilReady(tend);
  const ada = await signUp(place);
  const refused = await command("drain");
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/^Tend runs now \(process \d+, .*\): stop it with Ctrl-C, then drain\.\n$/);
  await holdUpAudit(place);
  for (const title of ["one", "two", "three"]) await ada.post("/api/v1/tasks", { title });
  await untilPublished(place);
  await stopTend(tend);
  expect(await wouldStackStart()).toMatch(/holds .*3 events for audit-service \(task-events\).*npm run drain/);

  const drained = await command("drain");
  expect(drained.output).toMatch(
    /^Starting Tend behind a closed front door …\n(Waiting: .*\n)*Nothing waits any more; stopping …\n/,
  );
  expect(drained.output).toMatch(/\nDrained: .*\n$/);
  expect(drained.code).toBe(0);
  expect(await wouldStackStart()).toBe("yes");
  expect((await command("drain")).output).toMatch(/^Drained: /);
});

test("dead letters are listed, shown and sent again by id, and hold up the other engine until then", {
  timeout: 600_000,
}, async () => {
  const event = {
    id: "01900000-0000-7000-8000-000000000001",
    type: "task.exploded.v1",
    source: "todo-backend",
    specversion: "1.0",
    time: "2026-11-21T12:00:00.000Z",
    data: {
      accountId: "01900000-0000-7000-8000-000000000002",
      actor: { kind: "service", id: "x" },
      at: "2026-11-21T12:00:00.000Z",
    },
  };
  const note = {
    topic: "task-events",
    group: "audit-service",
    partition: 0,
    offset: 0,
    reason: "it is too hot",
    attempts: 1,
  };
  await withDatabases(["dapr"], (url) => putLetter(url, event, note), readSettings({ DATA_DIR: place.dataFolder }));
  const id = "task-events-dead-letters/3/0";
  expect((await command("events")).output).toMatch(
    new RegExp(
      `0 parked events\n1 dead letter\n  .*  task-events  task\\.exploded\\.v1  ${id}  audit-service: it is too hot\n`,
    ),
  );
  expect((await command("events", "show", id)).output).toMatch(/why +it is too hot\n\{\n {2}"id": "01900000-/);
  expect(await command("events", "show", "nothing/0/0")).toEqual({
    code: 2,
    output: "Nothing waits under nothing/0/0: `npm run events` lists what does.\n",
  });
  expect(await wouldStackStart()).toContain("holds 1 dead letter,");
  const drained = await command("drain");
  expect(drained.output).toMatch(
    /^All else is drained, but 1 dead letter left for you to decide: .*--leave-dead-letters/,
  );
  expect(drained.code).toBe(1);

  const tend = startTend(place);
  await untilReady(tend);
  expect((await command("events", "retry", id)).output).toBe(
    "0 parked events will be published again.\n1 dead letter sent again.\n",
  );
  await expect.poll(async () => (await command("events")).output).toContain("0 dead letters");
  await untilPublished(place);
  const [sent] = await ask<{ key: string }>(
    place,
    "select m.key from dapr.messages m where m.body = $1 and m.dead_letter is null",
    [JSON.stringify(event)],
  );
  expect(sent?.key).toBe("key");
  await stopTend(tend);
});
