/** What only the services may ask, through their sidecars. */
import {
  Contact,
  IdParams,
  Instant,
  MadeOccurrence,
  NewOccurrence,
  ReminderCheck,
  SeriesStatePage,
  SeriesStateQuery,
  Signal,
} from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { z } from "zod";
import { signalAccount } from "../events/listener.ts";
import { listSeries } from "../series/occurrences.repository.ts";
import { makeOccurrence } from "../series/occurrences.ts";

const hidden = { hide: true };

export async function internalRoutes(app: App) {
  const { pool, guards } = app.context;
  const recurring = { onRequest: guards.onlyFrom(["recurring-task-service"]) };
  const notification = { onRequest: guards.onlyFrom(["notification-service"]) };

  app.post(
    "/occurrences",
    {
      ...recurring,
      schema: { ...hidden, body: NewOccurrence, response: { 200: MadeOccurrence, 201: MadeOccurrence } },
    },
    async (request, reply) => {
      const { isNew, taskId } = await makeOccurrence(pool, request.body);
      app.context.wakeRelay();
      return reply.code(isNew ? 201 : 200).send({ taskId });
    },
  );

  app.get(
    "/series",
    { ...recurring, schema: { ...hidden, querystring: SeriesStateQuery, response: { 200: SeriesStatePage } } },
    async (request) => {
      const { after, limit } = request.query;
      const items = await listSeries(pool, after ?? null, limit);
      return { items, nextAfter: items.length === limit ? (items.at(-1)?.series.id ?? null) : null };
    },
  );

  app.get(
    "/users/:id/contact",
    { ...notification, schema: { ...hidden, params: IdParams, response: { 200: Contact } } },
    async (request) => {
      const text = `select id as "accountId", name, email, time_zone as "timeZone", locale from users where id = $1`;
      const { rows } = await pool.query<Contact>({ name: "user-contact", text, values: [request.params.id] });
      if (!rows[0]) throw notFound();
      return rows[0];
    },
  );

  app.post(
    "/users/:id/signals",
    { ...notification, schema: { ...hidden, params: IdParams, body: Signal, response: { 204: z.void() } } },
    async (request, reply) => {
      await signalAccount(pool, request.params.id);
      return reply.code(204).send();
    },
  );

  const checkQuery = z.strictObject({ fireAt: Instant });
  app.get(
    "/reminders/:id",
    {
      ...notification,
      schema: { ...hidden, params: IdParams, querystring: checkQuery, response: { 200: ReminderCheck } },
    },
    async (request) => {
      const text = `select exists (
      select from reminders r join tasks t on t.id = r.task_id where r.id = $1 and r.fire_at = $2 and t.status = 'open') as applies`;
      const { rows } = await pool.query<{ applies: boolean }>({
        name: "reminder-applies",
        text,
        values: [request.params.id, request.query.fireAt],
      });
      return { applies: rows[0]?.applies ?? false };
    },
  );
}
