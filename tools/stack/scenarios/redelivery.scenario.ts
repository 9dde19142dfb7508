import { Producer } from "@platformatic/kafka";
import { expect, it } from "vitest";
import { toBroker } from "../../engine/kafka-log.ts";
import { expectExactlyOnce } from "./support/exactly-once.ts";
import { dueWithReminder, newPerson } from "./support/person.ts";
import { recordsOf } from "./support/records.ts";
import { brokerAddress, until } from "./support/stack.ts";

it("handles an event once that comes ten times over", async () => {
  const person = await newPerson();
  const recurrence = { rrule: "FREQ=DAILY", from: "due" };
  const { id } = await person.addTask({ title: "Stretch", due: { date: "2030-01-01" }, recurrence });
  await person.ask({ method: "POST", path: `/api/v1/tasks/${id}/complete` });
  await person.addTask({ title: "Call back", ...dueWithReminder(1) });
  await until("the reminder was notified", async () => (await expectExactlyOnce(person)).notifications.length === 1);

  const first = await expectExactlyOnce(person);
  const records = await recordsOf(first.events);
  expect(records).toHaveLength(first.events.length);
  const producer = new Producer(toBroker(brokerAddress()));
  for (let time = 1; time <= 10; time++) await producer.send({ acks: -1, messages: records });
  await producer.close();

  const then = await expectExactlyOnce(person);
  // A producer may send more often than it was asked to.
  expect(then.messages.length).toBeGreaterThanOrEqual(first.messages.length * 11);
  for (const effect of ["audit", "notifications", "tasks", "mails"] as const)
    expect(sorted(then[effect]), effect).toEqual(sorted(first[effect]));
});

const sorted = (list: unknown[]) => list.map((item) => JSON.stringify(item)).sort();
