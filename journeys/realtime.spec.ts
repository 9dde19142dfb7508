import { expect, test } from "./support/fixtures.ts";
import { addByQuickAdd, check, panel, row, visit } from "./support/screen.ts";

test("another tab sees what is added, edited and completed", async ({ page, context, addTask }) => {
  await addTask({ title: "Sharpen the knives" });
  const other = await context.newPage();
  await visit(page, "/inbox");
  await visit(other, "/inbox");

  await addByQuickAdd(page, "Oil the board");
  await expect(row(other, "Oil the board")).toBeVisible();

  await row(other, "Oil the board").getByRole("link").click();
  const title = panel(other).getByRole("textbox", { name: "Title" });
  await title.fill("Oil the cutting board");
  await title.press("Enter");
  await expect(row(page, "Oil the cutting board")).toBeVisible();

  await check(page, "Sharpen the knives").click();
  await expect(row(other, "Sharpen the knives")).toBeHidden();
  await expect(other.getByRole("link", { name: "Inbox 1 open" })).toBeVisible();
});

test("another browser sees a change, and the tab that is left goes on seeing them", async ({
  page,
  context,
  otherBrowser,
  addTask,
}) => {
  const { id } = await addTask({ title: "Return the books" });
  const leader = await context.newPage();
  await visit(leader, "/inbox");
  await visit(page, "/inbox");
  const elsewhere = await otherBrowser.newPage();
  await visit(elsewhere, "/inbox");

  await addByQuickAdd(elsewhere, "Borrow new ones");
  await expect(row(page, "Borrow new ones")).toBeVisible();
  await expect(row(leader, "Borrow new ones")).toBeVisible();

  // Tabs of one browser share a stream: another one takes it over.
  await leader.close();
  await elsewhere.goto(`/inbox?task=${id}`);
  await panel(elsewhere).getByRole("button", { name: "Complete: Return the books" }).click();
  await expect(row(page, "Return the books")).toBeHidden();
});

test("an open panel follows what is changed elsewhere", async ({ page, api, addTask }) => {
  const { id } = await addTask({ title: "Paint the fence" });
  await visit(page, `/inbox?task=${id}`);
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Paint the fence");
  await api.patch(`/api/v1/tasks/${id}`, { data: { title: "Paint the gate", priority: "high" } });
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Paint the gate");
  await expect(panel(page).getByRole("region", { name: "History" })).toContainText("Renamed, priority high");
});

test("who signs out in one tab is signed out in the others", async ({ page, context, addTask }) => {
  await addTask({ title: "Lock the door" });
  await visit(page, "/inbox");
  const other = await context.newPage();
  await visit(other, "/settings");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL("/sign-in");
  // The browser asks for the stream again some seconds after it has ended, and learns why.
  await expect(page).toHaveURL("/sign-in?next=%2Finbox", { timeout: 20_000 });
  await expect(page.getByText("Lock the door")).toBeHidden();
});
