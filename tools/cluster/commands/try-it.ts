import { Fault } from "../../bootstrap/fault.mjs";
import { type Api, createApi } from "../api.ts";
import type { Shell } from "../shell.ts";

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const field = (value: unknown, name: string) =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
const items = (value: unknown): unknown[] => {
  const found = field(value, "items");
  return Array.isArray(found) ? found : [];
};

function expectStatus(shell: Shell, what: string, found: number, wanted: number): void {
  if (!shell.isDry && found !== wanted) throw new Fault(`${what} was answered with ${found}, not with ${wanted}.`);
}

/** An account with projects, tasks and a recurring one, to look at. */
export async function loadData(shell: Shell, base: string): Promise<void> {
  const api = createApi(shell, base);
  const account = await api.asAccount();
  for (const name of ["Home", "Work"]) {
    const { status, body } = await api.ask("POST", "/api/v1/projects", { name });
    expectStatus(shell, `Making the project ${name}`, status, 201);
    const projectId = field(body, "id");
    for (const title of ["Water the plants", "Read the post", "Call back"])
      expectStatus(shell, "Making a task", (await api.ask("POST", "/api/v1/tasks", { title, projectId })).status, 201);
  }
  await makeRecurring(shell, api);
  shell.say(
    shell.isDry
      ? "  (the account and its password are shown)"
      : `Sign in at ${base} as ${account.email} with ${account.password}`,
  );
}

async function makeRecurring(shell: Shell, api: Api): Promise<string> {
  const { status, body } = await api.ask("POST", "/api/v1/tasks", {
    title: "Pay rent",
    due: { date: tomorrow(), time: "09:00", timeZone: "Europe/Berlin" },
    recurrence: { rrule: "FREQ=MONTHLY", from: "due" },
  });
  expectStatus(shell, "Making a recurring task", status, 201);
  return String(field(body, "id") ?? "ID");
}

/** What crosses every service: the next occurrence comes (events, the schedule), the trail records it, nothing internal is open. */
export async function testApis(shell: Shell, base: string): Promise<void> {
  const api = createApi(shell, base);
  expectStatus(shell, "/health", (await api.ask("GET", "/health")).status, 200);
  for (const path of [
    "/api/internal/series",
    "/api/jobs/check-reminders",
    "/events/task-events",
    "/metrics",
    "/dapr/subscribe",
  ])
    expectStatus(shell, path, (await api.ask("GET", path)).status, 404);
  expectStatus(shell, "Asking without an account", (await api.ask("GET", "/api/v1/tasks")).status, 401);
  await api.asAccount();
  const id = await makeRecurring(shell, api);
  expectStatus(shell, "Completing it", (await api.ask("POST", `/api/v1/tasks/${id}/complete`)).status, 200);
  await api.until("/api/v1/tasks?limit=50", (body) => items(body).some((task) => field(task, "title") === "Pay rent"));
  await api.until("/api/v1/audit?limit=50", (body) => items(body).length > 0);
  expectStatus(shell, "Notifications", (await api.ask("GET", "/api/v1/notifications")).status, 200);
  shell.say(shell.isDry ? "" : "Everything answered as it should.");
}
