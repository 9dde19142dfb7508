import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../tools/bootstrap/folders.mjs";
import { expect, newAccount, setting, test, zone } from "./support/fixtures.ts";
import { type LogLine, logLines, servicesIn, traceOf } from "./support/log.ts";
import { addByQuickAdd, check, panel, row, toast } from "./support/screen.ts";

const run = promisify(execFile);

/** The next full minute that leaves time to set a reminder before it. */
function soon(): Temporal.ZonedDateTime {
  const now = Temporal.Now.zonedDateTimeISO(zone);
  return now.add({ seconds: 45 }).round({ smallestUnit: "minute", roundingMode: "ceil" });
}

/** `2:05` as the page says it, `02:05` as people type it. */
const typed = (time: Temporal.ZonedDateTime) => time.toPlainTime().toString({ smallestUnit: "minute" });
const said = (time: Temporal.ZonedDateTime) => typed(time).replace(/^0/, "");

test("from signing up to a reminder that arrives once, and to tomorrow's occurrence", async ({ page, mailsTo }) => {
  const { name, email, password } = newAccount();
  await page.goto("/");
  await expect(page).toHaveURL("/sign-in");
  await page.getByRole("link", { name: "Make an account" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/today");
  await page.getByRole("link", { name: "Inbox" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();

  const due = soon();
  const made = page.waitForResponse((response) => response.url().endsWith("/api/v1/quick-add"));
  await addByQuickAdd(page, `Water plants every day at ${typed(due)}`);
  await expect(row(page, "Water plants")).toContainText("Every day");
  await expect(row(page, "Water plants")).toContainText(`Today ${said(due)}`);
  const { task } = await (await made).json();

  // Seconds are for programs: the panel counts reminders in minutes and more.
  const seconds = Math.round(due.since(Temporal.Now.zonedDateTimeISO(zone)).total("seconds")) - 5;
  const edited = await page.request.patch(`/api/v1/tasks/${task.id}`, {
    data: { reminders: [{ before: `PT${seconds}S` }] },
    headers: { origin: setting("JOURNEY_URL") },
  });
  expect(edited.status(), await edited.text()).toBe(200);

  await expect(toast(page, "Reminder: Water plants")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "1 unread notification" }).click();
  const bell = page.getByRole("dialog", { name: "Notifications" });
  await expect(bell.getByRole("listitem")).toHaveCount(1);
  await expect(bell.getByRole("button", { name: /Water plants/ })).toContainText("Unread");
  await page.keyboard.press("Escape");

  await expect.poll(() => mailsTo(email).length).toBe(1);
  const [mail] = mailsTo(email);
  expect(mail?.to).toEqual([email]);
  expect(mail?.header("to")).toContain(email);
  expect([mail?.header("cc"), mail?.header("bcc")]).toEqual([null, null]);
  expect(mail?.header("subject")).toBe("Reminder: Water plants");
  expect(mail?.header("message-id")).toMatch(/^<\S+@\S+>$/);
  expect([...(mail?.parts.keys() ?? [])]).toEqual(["text/plain", "text/html"]);
  for (const text of mail?.parts.values() ?? []) expect(text).toContain("Water plants");
  const [, link = ""] = /Open it: (\S+)/.exec(mail?.parts.get("text/plain") ?? "") ?? [];

  const completed = page.waitForResponse((response) => response.url().endsWith(`/${task.id}/complete`));
  await check(page, "Water plants").click();
  await expect(toast(page, "Done. Back tomorrow")).toBeVisible();
  await expect(row(page, "Water plants").filter({ hasText: "back tomorrow" })).toBeVisible();
  const next = row(page, "Water plants").filter({ hasText: `Tomorrow ${said(due)}` });
  await expect(next).toBeVisible();

  await next.getByRole("link").click();
  const history = panel(page).getByRole("region", { name: "History" });
  await expect(history).toContainText("1 of 1 done");
  for (const words of ["The next one was made", "Done", "Reminders changed", "Created"])
    await expect(history).toContainText(words);
  await page.goto(link);
  await expect(history).toContainText("Reminder e-mailed");
  await expect(history).toContainText("Reminder shown");

  const { "x-request-id": requestId } = (await completed).headers();
  const passed = ["todo-backend", "recurring-task-service"];
  await expect.poll(() => servicesIn(traceOf(requestId))).toEqual(expect.arrayContaining(passed));
  await expect.poll(() => servicesIn(traceOf(edited.headers()["x-request-id"]))).toContain("notification-service");

  const trail = async () => {
    const { items } = await (await page.request.get("/api/v1/audit")).json();
    return items.map(({ type }: { type: string }) => type);
  };
  await expect.poll(trail).toEqual(expect.arrayContaining(["task.created.v1", "task.completed.v1"]));
  const { stdout } = await run(process.execPath, [join(root, "tools/audit-verify.ts")], {
    env: { ...process.env, DATA_DIR: setting("JOURNEY_DATA"), DATABASE_URL: "" },
  });
  expect(stdout).toMatch(/[1-9]\d* entries of [1-9]\d* accounts checked, 0 chains broken/);

  expect(mailsTo(email)).toHaveLength(1);
  await expect(page.getByRole("button", { name: "1 unread notification" })).toBeVisible();
});

test("one trace id goes from a request to the mail that it causes", async ({ api, account, mailsTo }) => {
  const preferences = await api.patch("/api/v1/notification-preferences", {
    data: { "task.created": { email: true } },
  });
  expect(preferences.status(), await preferences.text()).toBe(200);
  const created = await api.post("/api/v1/tasks", { data: { title: "Order seeds" } });
  await expect.poll(() => mailsTo(account.email).length).toBe(1);
  const isMail = (line: LogLine) => line.service === "notification-service" && line.msg === "mail sent";
  const requestId = created.headers()["x-request-id"];
  await expect
    .poll(() => logLines().filter((line) => isMail(line) && line.trace_id === traceOf(requestId)))
    .toHaveLength(1);
});
