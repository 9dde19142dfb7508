import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkSchedule } from "../src/bindings/schedule.ts";
import { createAccessPolicy } from "../src/invoke/access-policy.ts";
import { canonicalPath, encodePath } from "../src/invoke/canonical-path.ts";
import { parseDuration } from "../src/resources/duration.ts";
import { readResources } from "../src/resources/read-resources.ts";
import { component, declared, type ResourceFiles, resiliency, writeResources } from "./support/write-resources.ts";

const project = readResources(fileURLToPath(new URL("../../../dapr", import.meta.url)));

describe("the project's access policy", () => {
  const isAllowed = createAccessPolicy(project.configuration("todo-backend").accessControl);
  const id = "0198c0de-0000-7000-8000-000000000001";

  it.each([
    ["todo-frontend", "GET", "/api/v1/tasks"],
    ["todo-frontend", "DELETE", `/api/v1/tasks/${id}`],
    ["todo-frontend", "GET", "/api/auth/get-session"],
    ["todo-backend", "GET", `/api/recurring/${id}`],
    ["todo-backend", "GET", "/api/notifications"],
    ["todo-backend", "POST", `/api/notifications/${id}/read`],
    ["todo-backend", "POST", "/api/notifications/read-all"],
    ["todo-backend", "GET", "/api/preferences"],
    ["todo-backend", "PATCH", "/api/preferences"],
    ["todo-backend", "GET", "/api/audit"],
    ["todo-backend", "GET", "/health/ready"],
    ["recurring-task-service", "POST", "/api/internal/occurrences"],
    ["recurring-task-service", "GET", "/api/internal/series"],
    ["notification-service", "GET", `/api/internal/users/${id}/contact`],
    ["notification-service", "POST", `/api/internal/users/${id}/signals`],
    ["notification-service", "GET", `/api/internal/reminders/${id}`],
  ])("lets %s %s %s", (caller, verb, path) => {
    expect(isAllowed(caller, verb, path)).toBe(true);
  });

  it.each([
    ["todo-frontend", "GET", "/api/internal/series"],
    ["todo-frontend", "POST", "/api/auth/get-session"],
    ["todo-frontend", "POST", "/api/auth/sign-in/email"],
    ["todo-frontend", "POST", "/api/jobs/check-reminders"],
    ["todo-frontend", "GET", "/metrics"],
    ["todo-backend", "POST", "/api/recurring/x"],
    ["todo-backend", "POST", "/api/notifications"],
    ["todo-backend", "POST", "/events/task-events"],
    ["todo-backend", "GET", "/dapr/subscribe"],
    ["recurring-task-service", "GET", "/api/internal/occurrences"],
    ["recurring-task-service", "GET", `/api/internal/users/${id}/contact`],
    ["notification-service", "POST", "/api/internal/occurrences"],
    ["notification-service", "DELETE", `/api/internal/users/${id}/contact`],
    ["audit-service", "GET", "/api/v1/tasks"],
    ["stranger", "GET", "/api/v1/tasks"],
  ])("denies %s %s %s", (caller, verb, path) => {
    expect(isAllowed(caller, verb, path)).toBe(false);
  });
});

describe("the project's resources", () => {
  it("retry a delivery for minutes, and an invocation three times", () => {
    const { retry } = project.resiliency.inbound("pubsub");
    let total = 0;
    for (let attempt = 1; ; attempt++) {
      const delay = retry!.delay(attempt);
      if (delay === null) break;
      total += delay;
    }
    expect(total).toBeGreaterThan(4 * 60_000);
    expect(total).toBeLessThan(15 * 60_000);
    const { retry: again, breaker, timeout } = project.resiliency.app("todo-backend");
    expect([again!.delay(1), again!.delay(3), again!.delay(4)]).toEqual([1_000, 1_000, null]);
    expect(breaker!.failures).toBe(6);
    expect(timeout).toBe(30_000);
    expect([404, 500, 503].map((status) => again!.retriesStatus(status))).toEqual([false, false, true]);
  });

  it("name schedules that can be read", () => {
    const crons = project.components.filter(({ type }) => type === "bindings.cron");
    expect(crons).toHaveLength(3);
    for (const { metadata } of crons) checkSchedule(metadata.get("schedule")!);
  });

  it("let each service read its own secrets only", () => {
    const allowed = (appId: string) => project.configuration(appId).secretScopes[0]!.allowedSecrets;
    expect(allowed("audit-service")).toEqual(["postgres-credentials-audit-service"]);
    expect(allowed("notification-service")).not.toContain("jwt-secret");
  });
});

const policiesOf = (pubsub: object, breaker: object = {}) =>
  resiliency({
    policies: { circuitBreakers: { b: breaker } },
    targets: { apps: { app: { circuitBreaker: "b" } }, components: { pubsub } },
  });

describe("what is not valid is refused in words", () => {
  const read = (files: Partial<ResourceFiles>) => () =>
    readResources(writeResources({ components: [], ...files }).resourcesPath);

  it.each([
    ["component type pubsub.redis is not known", { components: [component("pubsub", "pubsub.redis")] }],
    ["names the component a twice", { components: [component("a", "bindings.cron"), component("a", "bindings.cron")] }],
    [
      'retry policy "nothing" is used and not defined',
      {
        resiliency: resiliency({
          policies: {},
          targets: { components: { pubsub: { inbound: { retry: "nothing" } } } },
        }),
      },
    ],
    [
      '"soon" is not a duration',
      { resiliency: resiliency({ policies: { timeouts: { t: "soon" } }, targets: { apps: { a: { timeout: "t" } } } }) },
    ],
    ["outbound policies (of pubsub) are not known", { resiliency: policiesOf({ outbound: {} }) }],
    ["a delivery (of pubsub) has no circuit breaker", { resiliency: policiesOf({ inbound: { circuitBreaker: "b" } }) }],
    ["maxRequests: 1", { resiliency: policiesOf({}, { interval: "10s" }) }],
    ["Unrecognized key", { subscriptions: [declared("events", { routes: { defualt: "/events" } })] }],
    ["names no route", { subscriptions: [declared("events", { routes: {} })] }],
    [
      "names the subscription app-events twice",
      { subscriptions: [declared("events", {}, ["app"]), declared("events", {}, ["app"])] },
    ],
    ["Unrecognized key", { resiliency: resiliency({ policies: {}, targets: {}, surprise: true }) }],
  ])("%s", (reason, files) => {
    expect(read(files)).toThrow(reason);
  });

  it("names a folder that is missing", () => {
    expect(() => readResources("/nowhere")).toThrow("/nowhere, does not exist");
  });

  it("names a schedule that cannot be read", () => {
    for (const schedule of ["", "* * *", "@every never", "99 * * * * *"])
      expect(() => checkSchedule(schedule)).toThrow();
    for (const schedule of ["*/5 * * * *", "0 30 * * * *", "@every 90s", "@daily", "CRON_TZ=UTC 0 0 2 * * *"])
      checkSchedule(schedule);
  });
});

it("reads durations as Go does", () => {
  expect(["500ms", "1m30s", "1.5h", "250"].map(parseDuration)).toEqual([500, 90_000, 5_400_000, 250]);
});

it.each([
  ["api/v1/tasks", "api/v1/tasks"],
  ["api/../secret", "secret"],
  ["../../secret", "secret"],
  ["api%2f..%2fsecret", "secret"],
  ["/secret//plan", "secret/plan"],
  ["a%20b/ü", "a b/ü"],
])("judges and sends %s as %s", (raw, path) => {
  expect(canonicalPath(raw)).toBe(path);
  expect(decodeURIComponent(encodePath(path))).toBe(`/${path}`);
});

it.each(["a%00b", "a%0d%0ab", "a%3fb", "a%23b", "%zz"])("refuses %s", (raw) => {
  expect(() => canonicalPath(raw)).toThrow("forbidden");
});
