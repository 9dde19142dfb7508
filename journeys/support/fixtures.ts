import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import type { NewTask, Task } from "@tend/contracts";
import { type Mail, readMail } from "./mail.ts";
import { zoneNearNoon } from "./zone-near-noon.ts";

export { expect };

export type Account = { name: string; email: string; password: string };

export const setting = (name: "JOURNEY_URL" | "JOURNEY_MAILS" | "JOURNEY_LOG" | "JOURNEY_DATA") => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: journeys run by "npm test -- journeys"`);
  return value;
};

type Fixtures = {
  /** A fresh account. `page` and `api` are signed in as it. */
  account: Account;
  /** The account's own calls, by its session. */
  api: APIRequestContext;
  /** A task of the account, made through the API. */
  addTask: (task: NewTask) => Promise<Task>;
  /** Another browser, signed in as the account. */
  otherBrowser: BrowserContext;
  /** Mails that have reached the mail server for an address, oldest first. */
  mailsTo: (email: string) => Mail[];
  /** Fails when axe finds anything on the page. */
  checkAccessibility: (page: Page) => Promise<void>;
};

/** The browser's zone and every account's. */
export const zone = zoneNearNoon();

export const newAccount = (): Account => ({
  name: "Ada Lovelace",
  email: `${randomBytes(8).toString("hex")}@example.com`,
  password: "correct horse battery",
});

/** Accounts are made through the API, not the form: only the journey of signing up uses that. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  baseURL: async ({}, use) => use(setting("JOURNEY_URL")),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  timezoneId: async ({}, use) => use(zone),
  account: async ({ context, baseURL }, use) => {
    const account = newAccount();
    const answer = await context.request.post("/api/auth/sign-up/email", {
      data: { ...account, timeZone: zone, locale: "en-GB" },
      headers: { origin: String(baseURL) },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await use(account);
  },
  api: async ({ playwright, context, account, baseURL }, use) => {
    void account;
    const api = await playwright.request.newContext({
      baseURL,
      storageState: await context.storageState(),
      extraHTTPHeaders: { origin: String(baseURL) },
    });
    await use(api);
    await api.dispose();
  },
  addTask: async ({ api }, use) => {
    await use(async (task) => {
      const answer = await api.post("/api/v1/tasks", { data: task });
      expect(answer.status(), await answer.text()).toBe(201);
      return answer.json();
    });
  },
  otherBrowser: async ({ browser, account, baseURL }, use) => {
    const context = await browser.newContext();
    const { email, password } = account;
    const answer = await context.request.post("/api/auth/sign-in/email", {
      data: { email, password },
      headers: { origin: String(baseURL) },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await use(context);
    await context.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  mailsTo: async ({}, use) => {
    const folder = setting("JOURNEY_MAILS");
    await use((email) =>
      readdirSync(folder)
        .filter((file) => file.endsWith(".json"))
        .toSorted()
        .map((file) => readMail(readFileSync(join(folder, file), "utf8")))
        .filter(({ to }) => to.includes(email)),
    );
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  checkAccessibility: async ({}, use) => {
    await use(async (page) => {
      // A menu that is open belongs to its button, not to a part of the page.
      const isMenuOpen = (await page.getByRole("menu").count()) > 0;
      const { violations } = await new AxeBuilder({ page })
        .disableRules(isMenuOpen ? ["region"] : [])
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
        `barriers on ${page.url()}`,
      ).toEqual([]);
    });
  },
});
