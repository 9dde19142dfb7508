import type { Page, Route } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { quickAdd, row, visit } from "./support/screen.ts";

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
const alive = (page: Page) => page.waitForRequest((request) => request.url().endsWith("/api/auth/get-session"));
const search = (page: Page) => page.getByRole("combobox", { name: "Search tasks and notes" });
const loadAgain = (page: Page) => page.getByRole("button", { name: "Load again" });
const tries = (page: Page) => page.evaluate(() => JSON.parse(sessionStorage.getItem("loaded-again") ?? "[]").length);

test("a page that is open while Tend gets another version loads itself again when a part is wanted that is gone", async ({
  page,
  addTask,
}) => {
  await addTask({ title: "Wind the clock" });
  await visit(page, "/inbox");
  const loads = await meanwhile(page, gone);
  const isAlive = alive(page);
  await page.keyboard.press("/");
  await isAlive;
  await expect(row(page, "Wind the clock")).toBeVisible();
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  expect(loads()).toBe(1);
});

test("what is typed stays when a part is gone that nobody has asked for", async ({ page, account }) => {
  void account;
  await visit(page, "/inbox");
  const loads = await meanwhile(page, gone);
  await quickAdd(page).fill("Water the pl");
  const missed = page.waitForResponse((response) => response.status() === 404);
  await page.getByRole("button", { name: /notifications/i }).hover();
  await missed;
  await quickAdd(page).pressSequentially("ants");
  await quickAdd(page).press("Enter");
  await expect(row(page, "Water the plants")).toBeVisible();
  expect([loads(), await tries(page)]).toEqual([0, 0]);
});

test("a page whose parts another version has loads itself again until they fit", async ({ page, account }) => {
  void account;
  const loads = await meanwhile(page, gone, 4);
  await visit(page, "/inbox");
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  expect(loads()).toBe(4);
});

test("so does one whose scripts are gone before its styles have come", async ({ page, account }) => {
  void account;
  const missed = page.waitForResponse((response) => response.status() === 404);
  const loads = await meanwhile(
    page,
    async (route) => {
      if (route.request().resourceType() !== "stylesheet") return gone(route);
      await missed;
      await route.continue();
    },
    2,
  );
  await visit(page, "/inbox");
  await expect(quickAdd(page)).toBeVisible();
  expect(loads()).toBe(2);
});

test("a page whose parts were gone five times says so", async ({ page, account }) => {
  void account;
  await visit(page, "/inbox");
  await page.evaluate(() => sessionStorage.setItem("loaded-again", JSON.stringify(Array(5).fill(Date.now()))));
  await meanwhile(page, gone);
  const asked = page.waitForResponse((response) => response.request().method() === "HEAD");
  await page.keyboard.press("/");
  await expect(loadAgain(page)).toBeVisible();
  await asked;
  expect(await tries(page)).toBe(5);
});

test("without a network a page does not load itself again", async ({ page, context, account }) => {
  void account;
  await visit(page, "/inbox");
  await context.setOffline(true);
  const asked = page.waitForEvent("requestfailed", (request) => request.method() === "HEAD");
  await page.keyboard.press("/");
  await expect(loadAgain(page)).toBeVisible();
  await asked;
  expect(await tries(page)).toBe(0);
});
