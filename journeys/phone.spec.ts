import type { Locator } from "@playwright/test";
import { expect, test, zone } from "./support/fixtures.ts";
import { addByQuickAdd, quickAdd, row, toast, visit } from "./support/screen.ts";
import { touchSize } from "./support/touch.ts";

async function expectTouchable(name: string, control: Locator): Promise<void> {
  const { width, height } = await touchSize(control);
  expect(Math.min(width, height), `${name}: ${width} × ${height}`).toBeGreaterThanOrEqual(44);
}

test("a thumb hits every control", async ({ page, addTask }) => {
  const { id } = await addTask({
    title: "Pay rent",
    due: { date: Temporal.Now.plainDateISO(zone).add({ days: 1 }).toString(), time: "09:00", timeZone: null },
    reminders: [{ before: "PT30M" }],
  });
  await addTask({ title: "Buy milk" });
  await visit(page, "/inbox");
  const tabs = page.getByRole("navigation", { name: "Tabs" });
  for (const name of ["Inbox", "Today", "Upcoming"]) await expectTouchable(name, tabs.getByRole("link", { name }));
  for (const name of ["Add a task", "More"]) await expectTouchable(name, tabs.getByRole("button", { name }));
  await expectTouchable("bell", page.getByRole("button", { name: "Notifications" }));
  await expectTouchable("quick add", quickAdd(page));
  for (const title of ["Pay rent", "Buy milk"])
    await expectTouchable(title, page.getByRole("button", { name: `Complete: ${title}` }));
  await visit(page, `/inbox?task=${id}`);
  const sheet = page.getByRole("dialog", { name: "Task" });
  for (const name of ["Close", "Task menu", /^Project:/, "Add notes"])
    await expectTouchable(String(name), sheet.getByRole("button", { name }));
});

test("the main acts by touch", async ({ page, account }) => {
  expect(account.email).toContain("@");
  await visit(page, "/today");
  const tabs = page.getByRole("navigation", { name: "Tabs" });
  await tabs.getByRole("button", { name: "Add a task" }).tap();
  await expect(quickAdd(page)).toBeFocused();
  await addByQuickAdd(page, "Water plants every day");
  await row(page, "Water plants").getByRole("link").tap();
  const sheet = page.getByRole("dialog", { name: "Task" });
  await expect(sheet.getByRole("textbox", { name: "Title" })).toHaveValue("Water plants");
  await page.goBack();
  await expect(sheet).toBeHidden();
  await page.getByRole("button", { name: "Complete: Water plants" }).tap();
  await expect(toast(page, "Done. Back tomorrow")).toBeVisible();
  await tabs.getByRole("button", { name: "More" }).tap();
  await page.getByRole("dialog", { name: "More" }).getByRole("link", { name: "Settings" }).tap();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});
