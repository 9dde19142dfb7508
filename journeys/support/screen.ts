import type { Locator, Page } from "@playwright/test";

/** Opens a page of somebody signed in, and waits until it is alive: it then asks for its session to be renewed. */
export async function visit(page: Page, path: string): Promise<void> {
  const alive = page.waitForRequest((request) => request.url().endsWith("/api/auth/get-session"));
  await page.goto(path);
  await alive;
}

/** A row of the column's lists. */
export const row = (page: Page, title: string): Locator =>
  page
    .getByRole("main")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: title, exact: true }) });

export const check = (page: Page, title: string): Locator =>
  page.getByRole("main").getByRole("button", { name: `Complete: ${title}`, exact: true });

export const panel = (page: Page): Locator => page.getByRole("complementary", { name: "Task", exact: true });

/** One line of the panel: Due, Repeats, Remind, Priority, Labels. */
export const field = (page: Page, name: string): Locator => panel(page).getByRole("group", { name, exact: true });

export const toast = (page: Page, text: string | RegExp): Locator =>
  page
    .getByRole("region", { name: /^Notifications/ })
    .getByRole("listitem")
    .filter({ hasText: text });

export const quickAdd = (page: Page): Locator => page.getByRole("textbox", { name: "Add a task" });

export async function addByQuickAdd(page: Page, line: string): Promise<void> {
  await quickAdd(page).fill(line);
  await quickAdd(page).press("Enter");
}
