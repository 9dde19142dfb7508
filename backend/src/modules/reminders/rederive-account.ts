import { accountUpdated } from "@tend/contracts";
import { type Logger, type Pool, transaction } from "@tend/service-kit";
import { recordEvent } from "../events/record-event.ts";
import { deriveDue, reminderMoments } from "../tasks/derive.ts";
import type { TaskRow } from "../tasks/task-row.ts";

const batchRows = 500;

type Account = { id: string; zone: { timeZone: string; allDayTime: string }; wanted: string; isNew: boolean };

const staleStatement = `
  select id, jsonb_build_object('timeZone', time_zone, 'allDayTime', all_day_time) as zone, concat_ws(' ', time_zone, all_day_time, $1::text) as wanted,
    derived_for is null as "isNew"
  from users where derived_for is distinct from concat_ws(' ', time_zone, all_day_time, $1::text) and ($2::uuid is null or id = $2) limit 100`;

const readStatement = `
  select to_jsonb(t) as task from tasks t where t.owner_id = $1 and (t.due is not null or t.reminders <> '[]') and t.status <> 'withdrawn' and ($2::uuid is null or t.id > $2)
  order by t.id limit $3`;

// A task changed meanwhile was derived by that change, with the account's new zone: its version says so, and neither its due nor its
// reminders (asleep by now, if it was completed) are touched.
const writeStatement = `
  with derived as materialized (
    select d.* from jsonb_to_recordset($1::jsonb) as d(id uuid, version int, due_at timestamptz, due_sort timestamptz, moments jsonb)
    join tasks t on t.id = d.id and t.version = d.version order by t.id for update of t
  ),
  task as (
    update tasks t set due_at = d.due_at, due_sort = d.due_sort, version = t.version + 1, updated_at = clock(),
      made_version = case when t.made_version = t.version then t.version + 1 else t.made_version end
    from derived d where t.id = d.id and t.version = d.version and (t.due_at is distinct from d.due_at or t.due_sort <> d.due_sort)
    returning t.id
  ),
  moment as (
    select d.id as task_id, m.spec_id, m.fire_at from derived d, jsonb_to_recordset(d.moments) as m(spec_id uuid, fire_at timestamptz)
  ),
  reminder as (
    update reminders r set fired_at = null, fire_at = case when m.fire_at > clock() then m.fire_at end
    from moment m where r.task_id = m.task_id and r.spec_id = m.spec_id and r.account_id = $2 and r.fire_at is distinct from m.fire_at
      and (r.fire_at is not null or m.fire_at > clock())
    returning r.task_id
  )
  select ((select count(*) from task) + (select count(*) from reminder))::int as changed`;

/**
 * Derives every instant of an account again after its zone, its all-day time or the tz database has changed. In batches; the account is
 * marked only at the end, so what a crash leaves is found again by the next tick.
 */
export async function rederiveAccount({ pool }: { pool: Pool }, accountId: string): Promise<void> {
  for (const account of await findStale(pool, accountId)) await rederive(pool, account);
}

/** Accounts whose instants belong to another zone, all-day time or tz database. */
export async function rederiveStale({ pool, log }: { pool: Pool; log: Logger }): Promise<void> {
  for (const account of await findStale(pool, null)) {
    await rederive(pool, account);
    log.info({ account_id: account.id }, "the account's times were derived again");
  }
}

async function findStale(pool: Pool, accountId: string | null): Promise<Account[]> {
  const { rows } = await pool.query<Account>({
    name: "rederive-stale",
    text: staleStatement,
    values: [process.versions.tz ?? "", accountId],
  });
  return rows;
}

async function rederive(pool: Pool, { id, zone, wanted, isNew }: Account): Promise<void> {
  let [count, changed] = [0, 0];
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: { task: TaskRow }[] } = await pool.query({
      name: "rederive-read",
      text: readStatement,
      values: [id, after, batchRows],
    });
    const derived = rows.map(({ task }) => {
      const { due_at, due_sort } = deriveDue(task.due, zone);
      return {
        id: task.id,
        version: task.version,
        due_at,
        due_sort,
        moments: task.status === "open" ? reminderMoments(task, zone) : [],
      };
    });
    if (derived.length > 0) {
      const values = [JSON.stringify(derived), id];
      const written = await pool.query<{ changed: number }>({ name: "rederive-write", text: writeStatement, values });
      changed += written.rows[0]?.changed ?? 0;
    }
    count += rows.length;
    after = rows.at(-1)?.task.id ?? null;
    if (rows.length < batchRows) break;
  }
  await transaction(pool, async (tx) => {
    const { rowCount } = await tx.query(markStatement, [id, wanted, `${zone.timeZone} ${zone.allDayTime}`]);
    // A new account whose settings nobody has touched was derived right from the start. Otherwise a crash may have come before this.
    if (rowCount && (isNew ? changed : count) > 0) await recordEvent(tx, rederived(id));
  });
}

const markStatement =
  "update users set derived_for = $2 where id = $1 and concat_ws(' ', time_zone, all_day_time) = $3";

/** Versions have risen without an event for each task: this one tells pages and clients to load what they show again. */
const rederived = (accountId: string) => ({
  type: accountUpdated.type,
  topic: accountUpdated.topic,
  accountId,
  actor: { kind: "service" as const, id: "todo-backend" },
  changes: { dueAt: { from: null, to: null } },
  data: {},
});
