import { AccountQuery, Id, Schedule } from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { countOccurrences, listOccurrences } from "../occurrences/occurrences.repository.ts";

const params = z.object({ seriesId: Id });
const shown = 200;

export function scheduleRoutes(app: App, { pool, guards }: Context) {
  const onRequest = guards.onlyFrom(["todo-backend"]);
  const schema = { params, querystring: AccountQuery, response: { 200: Schedule } };
  app.get("/api/recurring/:seriesId", { onRequest, schema }, async ({ params: { seriesId }, query: { accountId } }) => {
    const rows = await listOccurrences(pool, seriesId, accountId, shown);
    if (rows.length === 0) throw notFound();
    const open = rows.findLast(({ state }) => state === "open" || state === "moved");
    return {
      seriesId,
      counts: await countOccurrences(pool, seriesId, accountId),
      next: open?.due ?? null,
      items: rows.map((row) => ({
        occurrence: row.occurrence,
        occurrenceNumber: row.occurrence_number,
        state: row.state,
        taskId: row.task_id,
        at: row.at.toISOString(),
      })),
    };
  });
}
