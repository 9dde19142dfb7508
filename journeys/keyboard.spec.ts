import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { check, panel, quickAdd, row, toast, visit } from "./support/screen.ts";

/** Something on the page has the focus, and can be seen. */
const expectFocus = (page: Page) => expect(page.locator(":focus")).toBeVisible();

const link = (page: Page, title: string) => row(page, title).getByRole("link");

test("tasks are added, found, opened and completed by keys alone", async ({ page, account }) => {
  expect(account.email).toContain("@");
  const { keyboard } = page;
  await visit(page, "/inbox");
  await keyboard.press("q");
  await expect(quickAdd(page)).toBeFocused();
  for (const title of ["First", "Second", "Third"]) {
    await keyboard.type(title);
    await keyboard.press("Enter");
    await expect(row(page, title)).toBeVisible();
  }
  await keyboard.press("Escape");
  await expect(quickAdd(page)).not.toBeFocused();

  await keyboard.press("j");
  await expect(link(page, "First")).toBeFocused();
  await keyboard.press("j");
  await keyboard.press("j");
  await keyboard.press("k");
  await expect(link(page, "Second")).toBeFocused();

  await keyboard.press("Enter");
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Second");
  await expect(link(page, "Second")).toBeFocused();
  await expect(link(page, "Third")).toBeVisible();
  await keyboard.press("j");
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Third");
  await keyboard.press("Escape");
  await expect(panel(page)).toBeHidden();
  await expectFocus(page);
  await expect(link(page, "Third")).toBeFocused();

  await keyboard.press("k");
  await keyboard.press("x");
  await expect(toast(page, "Done.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Reopen: Second" })).toBeVisible();
  await keyboard.press("x");
  await expect(toast(page, "Open again")).toBeVisible();
  await expect(check(page, "Second")).toBeVisible();
  await expect(link(page, "Second")).toBeFocused();
});

test("focus stays in the list when a completed row leaves it", async ({ page, addTask }) => {
  for (const title of ["First", "Second"]) await addTask({ title });
  await visit(page, "/inbox");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(row(page, "First")).toBeHidden();
  await expectFocus(page);
  await page.keyboard.press("j");
  await expect(link(page, "Second")).toBeFocused();
});

test("pages, search and the shortcuts' sheet are reached by keys", async ({ page, addTask }) => {
  await addTask({ title: "Wash the car" });
  await addTask({ title: "Write the report", notes: "for Monday" });
  const { keyboard } = page;
  await visit(page, "/inbox");
  for (const [key, heading] of [
    ["t", "Today"],
    ["u", "Upcoming"],
    ["s", "Settings"],
    ["i", "Inbox"],
  ] as const) {
    await keyboard.press("g");
    await keyboard.press(key);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  }

  await keyboard.press("j");
  await keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Shortcuts" });
  await expect(sheet).toBeVisible();
  await keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(link(page, "Wash the car")).toBeFocused();

  await keyboard.press("/");
  const search = page.getByRole("combobox", { name: "Search tasks and notes" });
  await expect(search).toBeFocused();
  await keyboard.press("Escape");
  await expect(search).toBeHidden();
  await expect(link(page, "Wash the car")).toBeFocused();

  await keyboard.press("/");
  await expect(search).toBeFocused();
  await keyboard.type("w");
  await expect(page.getByRole("option")).toHaveCount(2);
  await keyboard.type("rite");
  await expect(page.getByRole("option", { name: /Write the report/ })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("option")).toHaveCount(1);
  await keyboard.press("Enter");
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Write the report");
  await expectFocus(page);
});

test("closing the panel from inside gives the focus back to its row", async ({ page, addTask }) => {
  await addTask({ title: "Fold the laundry" });
  await visit(page, "/inbox");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const close = panel(page).getByRole("button", { name: "Close" });
  await close.focus();
  await page.keyboard.press("Enter");
  await expect(panel(page)).toBeHidden();
  await expect(link(page, "Fold the laundry")).toBeFocused();
});

test.describe("where the panel covers the list", () => {
  test.use({ viewport: { width: 1000, height: 800 } });

  test("the panel takes the focus and gives it back", async ({ page, addTask }) => {
    await addTask({ title: "Clean the windows" });
    await visit(page, "/inbox");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Task" });
    await expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Clean the windows");
    await expect(page.locator("[role=dialog]:focus-within")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(link(page, "Clean the windows")).toBeFocused();
  });
});

test("from the page's top, the first key leads past the sidebar to the tasks", async ({ page, addTask }) => {
  await addTask({ title: "Mow the lawn" });
  await visit(page, "/inbox");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the tasks" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(quickAdd(page)).toBeFocused();
});
