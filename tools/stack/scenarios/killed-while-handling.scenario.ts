import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { killPart } from "../../faults/kill-part.ts";
import { createRandom } from "../../faults/random.ts";
import { expectExactlyOnce } from "./support/exactly-once.ts";
import { holdTable } from "./support/held-table.ts";
import { dueWithReminder, newPerson, type Person } from "./support/person.ts";
import { replicasOf, stack, until } from "./support/stack.ts";

const consumers: { appId: string; inbox: string; cause(person: Person): Promise<unknown> }[] = [
  { appId: "audit-service", inbox: "audit.inbox", cause: (person) => person.addTask({ title: "Water the plants" }) },
  {
    appId: "recurring-task-service",
    inbox: "recurring.inbox",
    async cause({ addTask, ask }) {
      const recurrence = { rrule: "FREQ=DAILY", from: "due" };
      const { id } = await addTask({ title: "Stretch", due: { date: "2030-01-01" }, recurrence });
      await ask({ method: "POST", path: `/api/v1/tasks/${id}/complete` });
    },
  },
  {
    appId: "notification-service",
    inbox: "notification.inbox",
    cause: (person) => person.addTask({ title: "Call back", ...dueWithReminder(2) }),
  },
];
const cases = consumers.flatMap((consumer) => [
  [consumer.appId, consumer.appId, consumer] as const,
  [`daprd-${consumer.appId}`, consumer.appId, consumer] as const,
]);

/** Which of the replicas has the message, does not matter: all of them are killed. */
it.each(cases)(
  "%s is killed while %s handles an event: it comes again, its effect once",
  async (victim, appId, one) => {
    const person = await newPerson();
    await expectExactlyOnce(person);
    const table = await holdTable(one.inbox);
    await one.cause(person);
    await until(`${appId} is in the middle of it`, async () => (await table.waiting()) > 0);
    const killing = { product: stack, random: createRandom(randomUUID()), tell: console.log };
    const killed = await Promise.all(replicasOf(victim).map((part) => killPart(killing, part)));
    await table.letGo();
    await Promise.all(killed.map((kill) => kill?.recovered));
    const kills = killed.flatMap((kill) => (kill ? [kill.kill] : []));
    expect(kills).toHaveLength(stack.replicas);
    expect(kills.filter(({ recoveredAt }) => recoveredAt === null)).toEqual([]);
    const { events } = await expectExactlyOnce(person, kills);
    expect(events.length).toBeGreaterThan(1);
  },
);
