import type { Page, Route } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { row, visit } from "./support/screen.ts";

/** Until the page was loaded so often, this happens to its parts that are still to come. How often it was. */
async function meanwhile(page: Page, happen: (route: Route) => Promise<void>, until = 1): Promise<() => number> {
  let loads = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) loads += 1;
  });
  await page.route("**/_next/static/**", (route) => (loads < until ? happen(route) : route.continue()));
  return () => loads;
}
const gone = (route: Route) => route.fulfill({ status: 404 });
const loadAgain = (page: Page) => page.getByRole("button", { name: "Load again" });

test("a page that is open while Tend gets another version loads itself again when a part of it is gone", async ({
  page,
  addTask,
}) => {
  await addTask({ title: "Wind the clock" });
  await visit(page, "/inbox");
  const loads = await meanwhile(page, gone);
  const alive = page.waitForRequest((request) => request.url().endsWith("/api/auth/get-session"));
  await page.keyboard.press("/");
  await alive;
  await expect(row(page, "Wind the clock")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search tasks and notes" })).toBeFocused();
  expect(loads()).toBe(1);
});

test("a page whose parts another version has loads itself again until they fit", async ({ page, addTask }) => {
  await addTask({ title: "Wind the clock" });
  const loads = await meanwhile(page, gone, 4);
  await visit(page, "/inbox");
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search tasks and notes" })).toBeFocused();
  expect(loads()).toBe(4);
});

test("a page whose parts were gone five times says so", async ({ page, account }) => {
  void account;
  await visit(page, "/inbox");
  await page.evaluate(() => sessionStorage.setItem("loaded-again", JSON.stringify(Array(5).fill(Date.now()))));
  const loads = await meanwhile(page, gone);
  await page.keyboard.press("/");
  await expect(loadAgain(page)).toBeVisible();
  expect(loads()).toBe(0);
});

test("without a network a page does not load itself again", async ({ page, account }) => {
  void account;
  await visit(page, "/inbox");
  const loads = await meanwhile(page, (route) => route.abort());
  await page.keyboard.press("/");
  await expect(loadAgain(page)).toBeVisible();
  expect(loads()).toBe(0);
});
