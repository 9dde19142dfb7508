import type { Page } from "@playwright/test";
import { expect, test as journey, zone } from "./support/fixtures.ts";
import { row, visit } from "./support/screen.ts";

type Fixtures = {
  /** Fails when the page has a barrier, is wider than the screen, or has complained in the console since the last look. */
  look: () => Promise<void>;
};

const test = journey.extend<Fixtures>({
  look: async ({ page, checkAccessibility }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await use(async () => {
      await checkAccessibility(page);
      const overflow = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
      expect(overflow, `${page.url()} is wider than the screen`).toBe(0);
      expect(complaints, page.url()).toEqual([]);
    });
  },
});

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const isPhone = ({ project }: { project: { name: string } }) => project.name === "phone";
const today = Temporal.Now.plainDateISO(zone);
const due = (days: number, time: string | null = null) => ({
  date: today.add({ days }).toString(),
  time,
  timeZone: null,
});
const long = "Donaudampfschifffahrtsgesellschaftskapitän ".repeat(4).trim();

test("pages of somebody who is not signed in", async ({ page, look }) => {
  await page.goto("/sign-in");
  await expect(heading(page, "Welcome back")).toBeVisible();
  await look();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("A password is needed.")).toBeVisible();
  await look();
  await page.goto("/sign-up");
  await expect(heading(page, "Make an account")).toBeVisible();
  await look();
});

test("empty pages", async ({ page, account, look }) => {
  expect(account.email).toContain("@");
  for (const [path, words] of [
    ["/today", "Nothing is due today"],
    ["/inbox", "The inbox is empty"],
    ["/upcoming", "Nothing ahead"],
    ["/trash", "The trash is empty"],
  ] as const) {
    await visit(page, path);
    await expect(page.getByText(words)).toBeVisible();
    await look();
  }
  await page.getByRole("button", { name: "Notifications" }).click();
  await expect(page.getByText("Nothing yet.")).toBeVisible();
  await look();
});

test("pages full of tasks", async ({ page, api, addTask, look }) => {
  const { id: projectId } = await (
    await api.post("/api/v1/projects", { data: { name: "Home", colour: "red" } })
  ).json();
  const { id: labelId } = await (await api.post("/api/v1/labels", { data: { name: "bills" } })).json();
  for (const priority of ["none", "low", "medium", "high", "urgent"] as const)
    await addTask({ title: `Of ${priority} priority`, priority, due: due(0), projectId });
  await addTask({
    title: long,
    labelIds: [labelId],
    due: due(0, "23:30"),
    recurrence: { rrule: "FREQ=DAILY", from: "due" },
    projectId,
  });
  await addTask({ title: "Late", due: due(-3, "09:00"), projectId });
  await addTask({ title: "Tomorrow", due: due(1, "09:00"), labelIds: [labelId], projectId });
  await addTask({ title: "Next month", due: due(30), projectId });
  const { id } = await addTask({ title: "Not wanted" });
  await api.delete(`/api/v1/tasks/${id}`);
  for (const [path, name, title] of [
    ["/today", "Today", "Late"],
    ["/upcoming", "Upcoming", "Next month"],
    [`/projects/${projectId}`, "Home", long],
  ] as const) {
    await visit(page, path);
    await expect(heading(page, name)).toBeVisible();
    await expect(row(page, title)).toBeVisible();
    await look();
  }
  await page.getByRole("button", { name: "Complete: Late" }).click();
  await expect(page.getByRole("button", { name: "Reopen: Late" })).toBeVisible();
  await look();
  await visit(page, "/trash");
  await expect(page.getByText("Not wanted")).toBeVisible();
  await look();
});

test("a task that is open, and what opens over it", async ({ page, api, addTask, look }) => {
  const { id: labelId } = await (await api.post("/api/v1/labels", { data: { name: "bills" } })).json();
  const { id } = await addTask({
    title: "Pay rent",
    notes: "## How\n\n- by **transfer**\n- [the bank](https://example.com)\n\n`IBAN`",
    priority: "high",
    labelIds: [labelId],
    due: { ...due(2, "09:00"), timeZone: "Asia/Kolkata" },
    recurrence: { rrule: "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", from: "due" },
    reminders: [{ before: "PT30M" }, { at: { ...due(1), time: "08:00" } }],
  });
  await visit(page, `/inbox?task=${id}`);
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Pay rent");
  await expect(page.getByRole("list", { name: "Next dates" }).getByRole("listitem")).toHaveCount(5);
  await expect(page.getByRole("region", { name: "History" })).toContainText("Created");
  await look();
  const over = async (field: string, button: RegExp, opened: "dialog" | "menu") => {
    const layers = page.getByRole(opened);
    const before = await layers.count();
    await page.getByRole("group", { name: field, exact: true }).getByRole("button", { name: button }).first().click();
    await expect(layers).toHaveCount(before + 1);
    await look();
    await expect(layers.last(), "nothing moves when motion is not wanted").toHaveCSS("animation-name", "none");
    await page.keyboard.press("Escape");
    await expect(layers).toHaveCount(before);
  };
  await over("Due", /9:00|:30/, "dialog");
  await over("Repeats", /month/, "dialog");
  await over("Remind", /Add/, "dialog");
  await over("Priority", /High/, "menu");
  await over("Labels", /Add/, "dialog");
});

test("settings, search, shortcuts and pages that are not there", async ({
  page,
  api,
  addTask,
  look,
  checkAccessibility,
}, info) => {
  await api.post("/api/v1/tokens", { data: { name: "Backup script" } });
  await addTask({ title: "Pay rent" });
  await visit(page, "/settings");
  await expect(page.getByText("Backup script")).toBeVisible();
  await look();
  await page.getByRole("button", { name: "New token" }).click();
  await expect(page.getByRole("textbox", { name: "What is it for?" })).toBeFocused();
  await look();

  await visit(page, "/inbox");
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search tasks and notes" }).fill("rent");
  await expect(page.getByRole("option", { name: /Pay rent/ })).toBeVisible();
  await look();
  await page.keyboard.press("Escape");
  if (isPhone(info)) {
    await page.getByRole("button", { name: "More" }).click();
    await expect(page.getByRole("dialog", { name: "More" })).toBeVisible();
  } else {
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Shortcuts" })).toBeVisible();
  }
  await look();

  await visit(page, "/projects/00000000-0000-7000-8000-000000000000");
  await expect(heading(page, "There is nothing here")).toBeVisible();
  await checkAccessibility(page);
});

test("an address of nothing", async ({ page, checkAccessibility }) => {
  const answer = await page.goto("/nothing/here");
  expect(answer?.status()).toBe(404);
  await expect(heading(page, "There is nothing here")).toBeVisible();
  await checkAccessibility(page);
});
