import { Counts, TimeZone } from "@tend/contracts";
import { startOfDay, today } from "@tend/recurrence";
import type { App } from "@tend/service-kit";
import { z } from "zod";

const most = 1_000;

// An all-day due sorts at the very end of its day, which is still before `$2`, the start of tomorrow.
// Each count stops at `most`, so that the answer costs the same however many tasks there are.
const statement = `
  select jsonb_object_agg(p.id, n.count) as projects,
    coalesce(max(n.count) filter (where p.is_inbox), 0) as inbox,
    (select count(*)::int from (select from tasks where owner_id = $1 and status = 'open' and due_sort < $2 limit ${most}) t) as today,
    (select count(*)::int from (select from tasks where owner_id = $1 and status = 'open' and due_sort < clock() limit ${most}) t) as overdue
  from projects p, lateral (
    select count(*)::int as count from (select from tasks where project_id = p.id and status = 'open' limit ${most}) t
  ) n
  where p.owner_id = $1`;

export async function countsRoutes(app: App) {
  const schema = {
    tags: ["tasks"],
    summary: "How many tasks are open",
    querystring: z.strictObject({ timeZone: TimeZone.optional() }),
    response: { 200: Counts },
  };
  app.get("/counts", { schema }, async (request) => {
    const { accountId, timeZone } = request.actor;
    const zone = request.query.timeZone ?? timeZone;
    const now = new Date().toISOString();
    const tomorrow = startOfDay(Temporal.PlainDate.from(today(now, zone)).add({ days: 1 }).toString(), zone);
    const { rows } = await app.context.pool.query<Counts>({
      name: "counts",
      text: statement,
      values: [accountId, tomorrow],
    });
    const [row] = rows;
    return row ? { ...row, projects: row.projects ?? {} } : { inbox: 0, today: 0, overdue: 0, projects: {} };
  });
}
