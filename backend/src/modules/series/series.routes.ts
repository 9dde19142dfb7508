import { IdParams, Schedule } from "@tend/contracts";
import { type App, notFound, unavailable } from "@tend/service-kit";

export async function seriesRoutes(app: App) {
  const { pool, dapr } = app.context;
  const schema = {
    tags: ["recurrence"],
    summary: "What became of each occurrence of a task's series",
    params: IdParams,
    response: { 200: Schedule },
  };
  app.get("/tasks/:id/schedule", { schema }, async (request) => {
    const { accountId } = request.actor;
    const text =
      "select series_id from tasks where id = $1 and owner_id = $2 and status <> 'withdrawn' and series_id is not null";
    const { rows } = await pool.query<{ series_id: string }>({
      name: "schedule-series",
      text,
      values: [request.params.id, accountId],
    });
    if (!rows[0]) throw notFound();
    const seriesId = rows[0].series_id;
    const answer = await dapr
      .invoke("recurring-task-service", "GET", `/api/recurring/${seriesId}`, { query: { accountId } })
      .catch((error: unknown) => {
        throw unavailable(error);
      });
    // The service may not have heard of a series that has just been made.
    if (answer.status === 404) return { seriesId, counts: { done: 0, skipped: 0, missed: 0 }, next: null, items: [] };
    if (answer.status !== 200) throw unavailable(new Error(`recurring-task-service answered ${answer.status}`));
    return Schedule.parse(answer.body);
  });
}
