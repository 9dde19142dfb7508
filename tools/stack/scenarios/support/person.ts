import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type Answer, createApi, newTraffic, type Request } from "../../../faults/load/api.ts";
import type { Account } from "../../../faults/load/record.ts";
import { signUp } from "../../../faults/load/sign-up.ts";
import { createRandom } from "../../../faults/random.ts";
import { stack } from "./stack.ts";

type Made = { id: string; version: number };
export type Person = {
  account: Account;
  ask(request: Request): Promise<Answer>;
  addTask(task: Record<string, unknown>): Promise<Made>;
  rename(task: Made, title: string): Promise<void>;
};

/** Somebody new, who repeats a request until it is answered for good. */
export async function newPerson(): Promise<Person> {
  const account = await signUp(stack.base, randomUUID(), createRandom(randomUUID()), newTraffic());
  const { ask } = createApi(stack.base, { authorization: `Bearer ${account.token}` }, newTraffic());
  return {
    account,
    ask,
    async addTask(task) {
      const answer = await ask({ method: "POST", path: "/api/v1/tasks", body: task });
      expect(answer).toMatchObject({ status: 201 });
      return answer.body as Made;
    },
    async rename({ id }, title) {
      const answer = await ask({ method: "PATCH", path: `/api/v1/tasks/${id}`, body: { title } });
      expect(answer).toMatchObject({ status: 200 });
    },
  };
}

/** Instants are in UTC; a reminder fires that many seconds from now. */
export function dueWithReminder(seconds: number) {
  const moment = Math.ceil(Date.now() / 1_000) + seconds;
  const dueAt = Math.ceil(moment / 60 + 1) * 60;
  const at = Temporal.Instant.fromEpochMilliseconds(dueAt * 1_000).toZonedDateTimeISO("UTC");
  return {
    due: {
      date: at.toPlainDate().toString(),
      time: at.toPlainTime().toString({ smallestUnit: "minute" }),
      timeZone: "UTC",
    },
    reminders: [{ before: `PT${dueAt - moment}S` }],
  };
}
