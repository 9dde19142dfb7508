import { expect, newAccount, test, zone } from "./support/fixtures.ts";
import { row, toast, visit } from "./support/screen.ts";

const today = () => ({ date: Temporal.Now.plainDateISO(zone).toString(), time: null, timeZone: null });

test("someone who is not signed in is asked to, whatever page they wanted", async ({ page }) => {
  for (const path of ["/", "/today", "/inbox", "/upcoming", "/trash", "/settings"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
  await expect(page.getByRole("heading", { name: "Welcome back" })).toBeVisible();
});

test("signing in, out, and in again", async ({ page, account }) => {
  await visit(page, "/settings");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/sign-in/);

  await page.getByRole("textbox", { name: "E-mail" }).fill(account.email);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(
    page.getByRole("alert").filter({ hasText: "The e-mail address or the password is wrong." }),
  ).toBeVisible();

  await page.getByRole("textbox", { name: "Password" }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
  await page.goto("/sign-in");
  await expect(page).toHaveURL("/today");
});

test("what is wrong with a new account is said beside its field", async ({ page, account }) => {
  await page.context().clearCookies();
  await page.goto("/sign-up");
  const email = page.getByRole("textbox", { name: "E-mail" });
  const password = page.getByRole("textbox", { name: "Password" });
  await page.getByRole("textbox", { name: "Name" }).fill("Ada");
  await email.fill("ada");
  await password.fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(email).toHaveAccessibleDescription("This is not an e-mail address.");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toBeFocused();
  await expect(password).toHaveAccessibleDescription("At least 8 characters.");

  await password.fill("long enough to pass");
  await email.fill("ada@nowhere");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(email).toHaveAttribute("aria-invalid", "true");

  await email.fill(account.email);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByText(/already|taken|exists/i)).toBeVisible();
  await expect(page).toHaveURL("/sign-up");

  await email.fill(newAccount().email);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/today");
});

test("a token is shown once, works, and works no more when it is revoked", async ({
  page,
  account,
  playwright,
  baseURL,
}) => {
  expect(account.email).toContain("@");
  await visit(page, "/settings");
  const tokens = page.getByRole("region", { name: "Access tokens" });
  await tokens.getByRole("button", { name: "New token" }).click();
  await tokens.getByRole("textbox", { name: "What is it for?" }).fill("Backup script");
  await tokens.getByRole("combobox", { name: "May" }).selectOption("only read");
  await tokens.getByRole("button", { name: "Make token" }).click();
  const token = await tokens.getByRole("textbox", { name: "The new token" }).inputValue();
  await tokens.getByRole("button", { name: "Done" }).click();
  await expect(tokens.getByRole("listitem")).toContainText(["Backup script"]);
  await expect(tokens.getByRole("listitem")).toContainText(["reads · never used"]);
  await expect(page.getByText(token)).toHaveCount(0);
  await page.reload();
  await expect(tokens.getByRole("listitem")).toContainText(["Backup script"]);
  expect(await page.content()).not.toContain(token);

  const script = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  const statuses = async () => [
    (await script.get("/api/v1/me")).status(),
    (await script.post("/api/v1/tasks", { data: { title: "Written by a script" } })).status(),
  ];
  expect(await statuses()).toEqual([200, 403]);
  await tokens.getByRole("button", { name: "Revoke Backup script" }).click();
  await expect(toast(page, "“Backup script” is revoked")).toBeVisible();
  await expect(tokens.getByRole("listitem")).toHaveCount(0);
  expect(await statuses()).toEqual([401, 401]);
  await script.dispose();
});

test.describe("in another time zone than the account's", () => {
  const elsewhere = zone === "Asia/Tokyo" ? "Europe/Paris" : "Asia/Tokyo";
  const city = elsewhere.split("/")[1];
  test.use({ timezoneId: elsewhere });

  test("the account's zone follows only when asked to", async ({ page, api }) => {
    await visit(page, "/today");
    await page.getByRole("button", { name: `Use ${city}` }).click();
    await expect(toast(page, `Times are now for ${city}`)).toBeVisible();
    await expect(page.getByRole("button", { name: `Use ${city}` })).toBeHidden();
    expect(await (await api.get("/api/v1/me")).json()).toMatchObject({ timeZone: elsewhere });
  });

  test("an offer that is declined is not made again", async ({ page, account, api }) => {
    expect(account.email).toContain("@");
    await visit(page, "/today");
    await page.getByRole("button", { name: "Keep" }).click();
    await expect(page.getByRole("button", { name: "Keep" })).toBeHidden();
    await visit(page, "/today");
    await expect(page.getByRole("button", { name: "Keep" })).toBeHidden();
    expect(await (await api.get("/api/v1/me")).json()).toMatchObject({ timeZone: zone });
  });
});

test("settings stay", async ({ page, account }) => {
  expect(account.name).toBe("Ada Lovelace");
  await visit(page, "/settings");
  await page.getByRole("textbox", { name: "Name" }).fill("Ada King");
  await page.getByLabel("All-day reminders count from").fill("07:45");
  await page.getByRole("combobox", { name: "Dates and times as in" }).selectOption("en-US");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page, "Saved")).toBeVisible();
  await page.getByText("Dark", { exact: true }).click();
  const mail = page.getByRole("switch", { name: "A task was added: E-mail" });
  await expect(mail).not.toBeChecked();
  const saved = page.waitForResponse("**/api/v1/notification-preferences");
  await mail.click();
  expect((await saved).status()).toBe(200);

  await page.reload();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Ada King");
  await expect(page.getByLabel("All-day reminders count from")).toHaveValue("07:45");
  await expect(page.getByRole("combobox", { name: "Dates and times as in" })).toHaveValue("en-US");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(mail).toBeChecked();
});

test.describe("before any script has run", () => {
  test.use({ javaScriptEnabled: false });

  test("pages show their tasks", async ({ page, addTask }) => {
    await addTask({ title: "Prune the roses", due: today() });
    for (const path of ["/today", "/inbox"]) {
      await page.goto(path);
      await expect(row(page, "Prune the roses")).toBeVisible();
    }
    await expect(page).toHaveTitle("Inbox · Tend");
  });
});
