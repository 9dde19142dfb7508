import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectExactlyOnce } from "./support/exactly-once.ts";
import { type OwnSidecar, startSidecar } from "./support/own-sidecar.ts";
import { newPerson, type Person } from "./support/person.ts";
import { recordsOf } from "./support/records.ts";
import { stack } from "./support/stack.ts";

const routes = [
  ["audit-service", "/events/task-events"],
  ["audit-service", "/events/audit-logs"],
  ["notification-service", "/events/task-events"],
  ["notification-service", "/events/reminders"],
  ["recurring-task-service", "/events/task-events"],
  ["todo-backend", "/api/jobs/check-reminders"],
] as const;

let person: Person;
/** A copy of a real event under a new id: only who brings it is wrong. */
let forged: string;
let frontend: OwnSidecar;
let stranger: OwnSidecar;

beforeAll(async () => {
  person = await newPerson();
  await person.addTask({ title: "Water the plants" });
  const { events } = await expectExactlyOnce(person);
  const [record] = (await recordsOf(events)).filter(({ topic }) => topic === "task-events");
  forged = JSON.stringify({ ...JSON.parse(String(record?.value)), id: randomUUID() });
  [frontend, stranger] = await Promise.all([startSidecar("todo-frontend"), startSidecar("stranger")]);
});
afterAll(() => Promise.all([frontend?.stop(), stranger?.stop()]));

const event = (headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "content-type": "application/cloudevents+json", ...headers },
  body: forged,
});

it.each(routes)("%s refuses %s from who has not its sidecar's token", async (appId, route) => {
  const url = `http://127.0.0.1:${stack.portOf(appId)}${route}`;
  expect((await fetch(url, event())).status).toBe(403);
  expect((await fetch(url, event({ "dapr-api-token": randomUUID() }))).status).toBe(403);
});

it.each(routes)("no app reaches %s %s by invocation", async (appId, route) => {
  const path = `/invoke/${appId}/method${route}`;
  expect(await frontend.ask(path, event())).toMatchObject({ status: 403 });
  const claimed = { "dapr-caller-app-id": appId, "dapr-caller-namespace": "default" };
  expect(await stranger.ask(path, event(claimed))).toMatchObject({ status: 403 });
});

it("an app may call what the policy lets it, and nothing else", async () => {
  const me = { headers: { authorization: `Bearer ${person.account.token}` } };
  const ask = (sidecar: OwnSidecar, path: string) => sidecar.ask(`/invoke/todo-backend/method${path}`, me);
  expect(await ask(frontend, "/api/v1/me")).toMatchObject({ status: 200 });
  expect(await ask(stranger, "/api/v1/me")).toMatchObject({ status: 403 });
  expect(await ask(frontend, `/api/internal/users/${person.account.id}/contact`)).toMatchObject({ status: 403 });
  const trail = `/invoke/audit-service/method/api/audit/${person.account.id}`;
  expect(await frontend.ask(trail)).toMatchObject({ status: 403 });
});

it("a sidecar takes no call without its token", async () => {
  const answer = await frontend.ask("/invoke/todo-backend/method/api/v1/me", { headers: { "dapr-api-token": "" } });
  expect(answer.status).toBe(401);
});

it("a refusal is told as none to our own apps only, through Dapr", async () => {
  const path = "/api/v1/me";
  const headers = { "tend-refusal": "1" };
  const through = await frontend.ask(`/invoke/todo-backend/method${path}`, { headers });
  expect(through).toMatchObject({ status: 200, refusal: "401" });
  for (const door of [stack.base, `http://127.0.0.1:${stack.portOf("todo-backend")}`])
    for (const claimed of [headers, { ...headers, "dapr-api-token": randomUUID() }]) {
      const answer = await fetch(`${door}${path}`, { headers: claimed });
      expect([answer.status, answer.headers.get("tend-refusal")], door).toEqual([401, null]);
    }
});

it("an app outside the scopes publishes nothing and reads no secret", async () => {
  for (const sidecar of [frontend, stranger]) {
    expect((await sidecar.ask("/publish/pubsub/task-events", event())).status).toBeGreaterThanOrEqual(400);
    expect((await sidecar.ask("/secrets/secret-store/jwt-secret")).status).toBeGreaterThanOrEqual(400);
  }
});

it("none of it left a trace", async () => {
  const { audit, messages, events } = await expectExactlyOnce(person);
  expect(audit).toHaveLength(events.length);
  expect(messages).toHaveLength(events.length);
});
