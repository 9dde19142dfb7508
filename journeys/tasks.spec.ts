import { expect, test } from "./support/fixtures.ts";
import { addByQuickAdd, check, field, panel, quickAdd, row, toast, visit } from "./support/screen.ts";

test("quick add shows what it understands while one types, and Enter adds it", async ({ page, api }) => {
  await api.post("/api/v1/projects", { data: { name: "Home" } });
  await visit(page, "/inbox");
  await quickAdd(page).fill("Pay rent tomorrow at 9:15 #Home !high");
  await expect(page.locator("mark")).toHaveText(["tomorrow at 9:15", "#Home", "!high"]);
  await expect(quickAdd(page)).toHaveAccessibleDescription("date: tomorrow at 9:15, project: #Home, priority: !high");
  await quickAdd(page).press("Enter");
  await expect(toast(page, "Added: Tomorrow 9:15")).toBeVisible();
  await expect(quickAdd(page)).toHaveValue("");
  await expect(quickAdd(page)).toBeFocused();
  await page.getByRole("navigation", { name: "Projects" }).getByRole("link", { name: "Home" }).click();
  await expect(row(page, "Pay rent")).toContainText("Tomorrow 9:15");
  await toast(page, "Added").getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "Pay rent")).toBeHidden();
});

test("what is added on Today is for today", async ({ page, account }) => {
  expect(account.email).toContain("@");
  await visit(page, "/today");
  await expect(page.getByText("Nothing is due today")).toBeVisible();
  await addByQuickAdd(page, "Call Ada");
  await expect(page.getByRole("region", { name: "Today" }).getByRole("link", { name: "Call Ada" })).toBeVisible();
  await addByQuickAdd(page, "Call Bob tomorrow");
  await expect(toast(page, "Added: Tomorrow")).toBeVisible();
  await expect(row(page, "Call Bob")).toBeHidden();
});

test("a completed task comes back by its toast", async ({ page, addTask }) => {
  const { id } = await addTask({ title: "Buy milk" });
  await visit(page, "/inbox");
  await check(page, "Buy milk").click();
  const done = toast(page, "Done.");
  await expect(done).toBeVisible();
  await expect(page.getByRole("button", { name: "Reopen: Buy milk" })).toBeVisible();
  await done.getByRole("button", { name: "Undo" }).click();
  await expect(check(page, "Buy milk")).toBeVisible();
  await expect(toast(page, "Open again")).toBeVisible();
  const answer = await page.request.get(`/api/v1/tasks/${id}`);
  expect(await answer.json()).toMatchObject({ status: "open", completedAt: null });
});

test("a task's words and place are edited in the panel", async ({ page, api, addTask }) => {
  await api.post("/api/v1/projects", { data: { name: "Garden" } });
  const { id } = await addTask({ title: "Plant tulips" });
  await visit(page, "/inbox");
  await row(page, "Plant tulips").getByRole("link").click();

  const title = panel(page).getByRole("textbox", { name: "Title" });
  await title.fill("Plant daffodils");
  await title.press("Enter");
  await expect(toast(page, "Renamed")).toBeVisible();
  await expect(row(page, "Plant daffodils")).toBeVisible();

  await panel(page).getByRole("button", { name: "Add notes" }).click();
  const notes = panel(page).getByRole("textbox", { name: "Notes, in Markdown" });
  await notes.fill("In **rows**, <img src=x onerror=alert(1)>");
  await notes.press("Control+Enter");
  await expect(panel(page).locator("strong")).toHaveText("rows");
  await expect(panel(page).getByRole("img")).toHaveCount(0);

  await field(page, "Priority").getByRole("button").click();
  await page.getByRole("menuitemradio", { name: "High" }).click();
  await expect(field(page, "Priority").getByRole("button", { name: "High" })).toBeVisible();

  await field(page, "Labels").getByRole("button", { name: "Add" }).click();
  await page.getByRole("textbox", { name: "Find or make a label" }).fill("bulbs");
  await page.keyboard.press("Enter");
  await expect(toast(page, "Labelled bulbs")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row(page, "Plant daffodils")).toContainText("bulbs");

  await panel(page).getByRole("button", { name: "Project: Inbox. Move" }).click();
  await page.getByRole("menuitemradio", { name: "Garden" }).click();
  await expect(toast(page, "Moved to Garden")).toBeVisible();
  await expect(row(page, "Plant daffodils")).toBeHidden();

  const { items: projects } = await (await api.get("/api/v1/projects")).json();
  const { id: projectId } = projects.find(({ name }: { name: string }) => name === "Garden");
  expect(await (await api.get(`/api/v1/tasks/${id}`)).json()).toMatchObject({
    title: "Plant daffodils",
    notes: "In **rows**, <img src=x onerror=alert(1)>",
    priority: "high",
    projectId,
  });
});

test("a task's times are edited in the panel", async ({ page, api, addTask }) => {
  const { id } = await addTask({ title: "Call the office" });
  await visit(page, "/inbox");
  await row(page, "Call the office").getByRole("link").click();

  await field(page, "Due").getByRole("button", { name: "Add a date" }).click();
  const due = page.getByRole("dialog", { name: "Due" });
  await due.getByRole("button", { name: /^Tomorrow/ }).click();
  await expect(field(page, "Due").getByRole("button", { name: "Tomorrow" })).toBeVisible();
  await field(page, "Due").getByRole("button", { name: "Tomorrow" }).click();
  await due.getByLabel("Time", { exact: true }).fill("09:30");
  await due.getByRole("combobox", { name: "Time zone" }).selectOption("Africa/Nairobi");
  await panel(page).getByText("Due", { exact: true }).click();
  await expect(field(page, "Due")).toContainText("Nairobi");

  await field(page, "Repeats").getByRole("button", { name: "Set" }).click();
  await page
    .getByRole("dialog", { name: "Repeats" })
    .getByRole("button", { name: /^Every week/ })
    .click();
  await expect(field(page, "Repeats").getByRole("button", { name: /^Every week on / })).toBeVisible();
  await expect(panel(page).getByRole("list", { name: "Next dates" }).getByRole("listitem")).toHaveCount(5);

  await field(page, "Remind").getByRole("button", { name: "Add a reminder" }).click();
  await page.getByRole("dialog", { name: "Add a reminder" }).getByRole("button", { name: "30 min before" }).click();
  await expect(field(page, "Remind")).toContainText("30 min before");
  await expect(toast(page, "Reminder 30 min before")).toBeVisible();

  expect(await (await api.get(`/api/v1/tasks/${id}`)).json()).toMatchObject({
    due: { time: "09:30", timeZone: "Africa/Nairobi" },
    recurrence: { rrule: expect.stringMatching(/^FREQ=WEEKLY;BYDAY=..$/), from: "due" },
    reminders: [{ before: "PT30M" }],
  });
});

test("a change that the history shows is undone from there", async ({ page, api, addTask }) => {
  const { id } = await addTask({ title: "Write to Bob" });
  await api.patch(`/api/v1/tasks/${id}`, { data: { priority: "urgent" } });
  await api.patch(`/api/v1/tasks/${id}`, { data: { title: "Write to Ada" } });
  await visit(page, `/inbox?task=${id}`);
  const history = panel(page).getByRole("region", { name: "History" });
  await expect(history.getByRole("paragraph")).toContainText(["Renamed", "Priority urgent", "Created"]);
  await expect(field(page, "Priority")).toContainText("Urgent");
  await history.getByRole("button", { name: "Undo: Priority urgent" }).click();
  await expect(toast(page, "Undone")).toBeVisible();
  await expect(field(page, "Priority")).toContainText("Set");
  await expect(panel(page).getByRole("textbox", { name: "Title" })).toHaveValue("Write to Ada");
});

test("a deleted task comes back by its toast, and later from the trash", async ({ page, addTask }) => {
  await addTask({ title: "Sell the bike" });
  await visit(page, "/inbox");
  const remove = async () => {
    await row(page, "Sell the bike").getByRole("link").click();
    await panel(page).getByRole("button", { name: "Task menu" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect(row(page, "Sell the bike")).toBeHidden();
    await expect(panel(page)).toBeHidden();
  };
  await remove();
  await toast(page, "In the trash").getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "Sell the bike")).toBeVisible();
  await remove();
  await page.getByRole("link", { name: "Trash" }).click();
  await page.getByRole("button", { name: "Restore: Sell the bike" }).click();
  await expect(page.getByText("The trash is empty")).toBeVisible();
  await page.getByRole("link", { name: "Inbox" }).click();
  await expect(row(page, "Sell the bike")).toBeVisible();
});

test("what the server refuses is taken back with its words", async ({ page, addTask }) => {
  const { id } = await addTask({ title: "Fix the tap" });
  await visit(page, "/inbox");
  const detail = "Somebody else changed it meanwhile.";
  await page.route(`**/api/v1/tasks/${id}/complete`, (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 409, detail }),
    }),
  );
  await check(page, "Fix the tap").click();
  await expect(toast(page, detail)).toBeVisible();
  await expect(check(page, "Fix the tap")).toBeVisible();

  await page.route(`**/api/v1/tasks/${id}`, (route) =>
    route.request().method() === "PATCH" ? route.fulfill({ status: 500, body: "" }) : route.continue(),
  );
  await row(page, "Fix the tap").getByRole("link").click();
  const title = panel(page).getByRole("textbox", { name: "Title" });
  await title.fill("Fix the roof");
  await title.press("Enter");
  await expect(toast(page, "The server answered 500.")).toBeVisible();
  await expect(title).toHaveValue("Fix the tap");
  await expect(row(page, "Fix the tap")).toBeVisible();
  await expect(row(page, "Fix the roof")).toBeHidden();
});

test("without a connection nothing is lost, and it is said", async ({ page, context, addTask }) => {
  await addTask({ title: "Read a book" });
  await visit(page, "/inbox");
  await expect(check(page, "Read a book")).toBeVisible();
  await context.setOffline(true);
  await check(page, "Read a book").click();
  await expect(toast(page, "Tend cannot be reached.")).toBeVisible();
  await expect(check(page, "Read a book")).toBeVisible();
  await addByQuickAdd(page, "Write a book");
  await expect(page.getByRole("alert").filter({ hasText: "Tend cannot be reached." })).toBeVisible();
  await expect(quickAdd(page)).toHaveValue("Write a book");
  await context.setOffline(false);
  await quickAdd(page).press("Enter");
  await expect(row(page, "Write a book")).toBeVisible();
});
