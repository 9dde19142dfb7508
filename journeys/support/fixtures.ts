import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";

export { expect };

export type Account = { name: string; email: string; password: string };
export type Mail = { to: string[]; receivedAt: string; raw: string };

const setting = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: journeys run by "npm test -- journeys"`);
  return value;
};

type Fixtures = {
  /** A fresh account. `page` and `api` are signed in as it. */
  account: Account;
  /** The account's own calls, by its session. */
  api: APIRequestContext;
  /** Mails that have reached the mail server for an address. */
  mailsTo: (email: string) => Mail[];
  /** Fails when axe finds anything on the page. */
  checkAccessibility: (page: Page) => Promise<void>;
};

/** Accounts are made through the API, not the form: only the journey of signing up uses that. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  baseURL: async ({}, use) => use(setting("JOURNEY_URL")),
  account: async ({ context, baseURL }, use) => {
    const account = {
      name: "Ada Lovelace",
      email: `${randomBytes(8).toString("hex")}@example.com`,
      password: "correct horse battery",
    };
    const answer = await context.request.post(`${baseURL}/api/auth/sign-up/email`, {
      data: { ...account, timeZone: "Europe/Berlin", locale: "en-GB" },
      headers: { origin: String(baseURL) },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    await use(account);
  },
  api: async ({ context, account, baseURL }, use) => {
    void account;
    const { request } = context;
    const post = request.post.bind(request);
    request.post = (url, options) =>
      post(url, { ...options, headers: { origin: String(baseURL), ...options?.headers } });
    await use(request);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  mailsTo: async ({}, use) => {
    const folder = setting("JOURNEY_MAILS");
    await use((email) =>
      readdirSync(folder)
        .toSorted()
        .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Mail)
        .filter(({ to }) => to.includes(email)),
    );
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  checkAccessibility: async ({}, use) => {
    await use(async (page) => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
      ).toEqual([]);
    });
  },
});
