import type { Pool } from "@tend/service-kit";
import type { QueryConfig } from "pg";
import { expect, test } from "vitest";
import { fireDueReminders } from "../src/modules/reminders/fire-due-reminders.ts";
import { testApp } from "./support/app.ts";
import { newClient } from "./support/client.ts";

test("the relay is woken after each round that is committed, not after the last, and not for nothing", async () => {
  await using backend = await testApp();
  const { pool } = backend;
  const { create } = await newClient(backend);
  const { id } = await create({
    title: "Standup",
    reminders: [{ at: { date: "2035-01-01", time: "09:00", timeZone: null } }],
  });
  await pool.query(
    `insert into reminders (task_id, spec_id, account_id, fire_at)
     select task_id, uuidv7(), account_id, clock() - interval '1 second' from reminders, generate_series(1, 1001) where task_id = $1`,
    [id],
  );
  const order: (number | string | null)[] = [];
  const watched = {
    query: async (statement: QueryConfig) => {
      const { rowCount } = await pool.query(statement);
      order.push(rowCount);
      return { rowCount };
    },
  } as unknown as Pool;
  const fire = () => fireDueReminders(watched, () => order.push("woken"));
  await fire();
  expect(order.splice(0)).toEqual([500, "woken", 500, "woken", 1, "woken"]);
  await fire();
  expect(order).toEqual([0]);
});
