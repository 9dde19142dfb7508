/** What a bare Fastify and pg need for the same rows: one statement each, no validation, no order of checks, no logs. */
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.BASELINE_DATABASE_URL, max: 10 });
const app = Fastify();
const hashOf = (header: string | undefined) =>
  createHash("sha256")
    .update(header?.slice(7) ?? "")
    .digest();

const columns = `t.id, t.project_id as "projectId", t.position, t.title, t.notes, t.status, t.priority, t.label_ids as "labelIds", t.due,
  t.due_at as "dueAt", t.deadline, t.recurrence, t.series_id as "seriesId", t.occurrence, t.occurrence_number as "occurrenceNumber", t.reminders,
  t.completed_at as "completedAt", t.next_due as "nextDue", t.version, t.created_at as "createdAt", t.updated_at as "updatedAt"`;

app.get<{ Params: { id: string } }>("/tasks/:id", async (request, reply) => {
  const text = `select ${columns} from access_tokens a join tasks t on t.owner_id = a.user_id where a.token_hash = $1 and t.id = $2`;
  const { rows } = await pool.query({
    name: "get",
    text,
    values: [hashOf(request.headers.authorization), request.params.id],
  });
  return rows[0] ?? reply.code(404).send();
});

app.get("/tasks", async (request) => {
  const text = `select ${columns} from tasks t where t.owner_id = (select user_id from access_tokens where token_hash = $1) and t.status = 'open'
    order by t.position, t.id limit 50`;
  const { rows } = await pool.query({ name: "list", text, values: [hashOf(request.headers.authorization)] });
  return { items: rows };
});

// Lane 99 is nobody's: what waits there is never published.
const create = `with owner as (
    select u.id, u.inbox_project_id from access_tokens a join users u on u.id = a.user_id where a.token_hash = $1
  ), t as (
    insert into tasks (owner_id, project_id, position, title, notes, due, due_at, due_date, due_sort)
    select id, inbox_project_id, 'z', $2, $3, $4::jsonb, $5::timestamptz, $6::date, $5::timestamptz from owner returning *
  ), event as (
    insert into events (type, account_id, task_id, project_id, actor)
    select 'task.created.v1', owner_id, id, project_id, '{"kind":"token"}' from t returning seq, id
  ), waiting as (
    insert into outbox (seq, event_id, lane, topic, partition_key, payload)
    select e.seq, e.id, 99, 'task-events', t.id::text, jsonb_build_object('id', e.id, 'task', to_jsonb(t)) from event e, t
  )
  select ${columns} from t`;

type Body = { title: string; notes: string; due: { date: string; time: string } };
app.post<{ Body: Body }>("/tasks", async (request, reply) => {
  const { title, notes, due } = request.body;
  const at = `${due.date}T${due.time}:00Z`;
  const values = [hashOf(request.headers.authorization), title, notes, JSON.stringify(due), at, due.date];
  const { rows } = await pool.query({ name: "create", text: create, values });
  return reply.code(201).send(rows[0]);
});

await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.({ ready: (app.server.address() as AddressInfo).port });
process.on("disconnect", () => process.exit(0));
