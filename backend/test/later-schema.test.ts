import { CompletedTask } from "@tend/contracts";
import { expect, test } from "vitest";
import { makeOccurrence } from "../src/modules/series/occurrences.ts";
import { testApp } from "./support/app.ts";
import { client } from "./support/client.ts";
import { daily, morning } from "./support/every-morning.ts";
import { surveyAccount } from "./support/survey.ts";

/** What a migration of a later version may do while this one runs. */
const expand = `
  do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'todo' loop
      execute format('alter table todo.%I add column next_note text, add column next_rank integer not null default 0', name);
    end loop;
  end $$`;

test("columns that a later version adds stop nothing that this one does, nor what it has prepared", async () => {
  await using backend = await testApp();
  const account = await backend.signUp({ timeZone: "Europe/Berlin" });
  const { create, call } = client(backend, account);
  const doEverything = async () => {
    const project = (await call("POST", "/projects", { name: "Home" })).body as { id: string };
    await call("POST", "/labels", { name: `home ${project.id}` });
    await create({ title: "Call back", projectId: project.id });
    const { id } = await create({
      title: "Stretch",
      due: morning,
      recurrence: daily,
      reminders: [{ before: "PT10M" }],
    });
    await call("PATCH", `/tasks/${id}?scope=later`, { title: "Stretch well" });
    const { task, nextDue } = CompletedTask.parse((await call("POST", `/tasks/${id}/complete`)).body);
    const series = { seriesId: task.seriesId ?? "", seriesVersion: 1 };
    const next = { ...series, predecessorId: id, predecessorVersion: task.version, occurrenceNumber: 2 };
    if (!nextDue) throw new Error("a daily task has a next due");
    expect(await makeOccurrence(backend.pool, { ...next, occurrence: nextDue })).toMatchObject({ isNew: true });
    await surveyAccount(backend, account);
  };
  await doEverything();
  await backend.pool.query(expand);
  await doEverything();
});
