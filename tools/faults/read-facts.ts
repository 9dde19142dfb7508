import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Facts } from "./check/facts.ts";
import type { Database } from "./database.ts";
import { priorities } from "./load/new-task.ts";
import type { FromLog } from "./log/message-log.ts";

export type FromDatabase = Omit<
  Facts,
  keyof FromLog | "record" | "feeds" | "laterEvents" | "mails" | "kills" | "mailDomain" | "chains" | "replicas"
>;

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

export async function readFacts(database: Database): Promise<FromDatabase> {
  const [moment] = await database.ask<{ now: number }>(`select ${ms("now()")} as now`);
  return {
    readAt: moment?.now ?? 0,
    ...(await readBackend(database)),
    audit: await readAudit(database),
    ...(await readRecurring(database)),
    ...(await readNotifications(database)),
  };
}

/** What the audit service's own command says of the chains. */
export const verifyChains = (url: string, root: string): Promise<Facts["chains"]> =>
  new Promise((resolve) => {
    const env = { ...process.env, AUDIT_DATABASE_URL: url };
    execFile(process.execPath, [join(root, "audit-service/src/verify.ts")], { env }, (error, stdout, stderr) =>
      resolve({ isWhole: error === null, output: `${stdout}${stderr}`.trim() }),
    );
  });

type StoredTask = Omit<Facts["tasks"][number], "priority" | "exceptions"> & {
  priority: number;
  exceptions: { title?: string; notes?: string; priority?: number };
};
const toTask = ({ exceptions, ...task }: StoredTask): Facts["tasks"][number] => {
  const { priority, ...rest } = exceptions;
  return {
    ...task,
    priority: priorityOf(task.priority),
    exceptions: priority === undefined ? rest : { ...rest, priority: priorityOf(priority) },
  };
};
const priorityOf = (index: number) => priorities[index] ?? "?";

async function readBackend({ ask }: Database): Promise<Pick<Facts, "tasks" | "events" | "outbox">> {
  const tasks = await ask<StoredTask>(
    `select id, owner_id as "accountId", series_id as "seriesId", predecessor_id as "predecessorId", title, notes, priority, status, due,
      reminders, occurrence, occurrence_number as "occurrenceNumber", next_due as "nextDue", exceptions, version = made_version as "isUntouched", version from todo.tasks`,
  );
  const events = await ask<
    Omit<Facts["events"][number], "reminder"> & { reminderId: string | null; fireAt: string | null }
  >(
    `select seq::float8, id, type, account_id as "accountId", task_id as "taskId", version, ${ms("at")} as at,
      changes #>> '{reminder,from}' as "reminderId", changes #>> '{reminder,to}' as "fireAt" from todo.events order by seq`,
  );
  const outbox = await ask<Facts["outbox"][number]>(
    `select event_id as "eventId", parked_at::text as "parkedAt", error from todo.outbox`,
  );
  return {
    tasks: tasks.map(toTask),
    events: events.map(({ reminderId, fireAt, ...event }) => ({
      ...event,
      reminder: reminderId && fireAt ? { id: reminderId, fireAt: Date.parse(fireAt) } : null,
    })),
    outbox,
  };
}

const readAudit = ({ ask }: Database): Promise<Facts["audit"]> =>
  ask(
    `select c.event_id as "eventId", c.account_id as "accountId", c.sequence::float8, c.subject, (d.body::json ->> 'version')::float8 as version
      from audit.chain c left join audit.details d using (account_id, sequence)`,
  );

async function readRecurring({ ask }: Database): Promise<Pick<Facts, "recurringInbox" | "ledger">> {
  const inbox = await ask<{ id: string }>("select event_id as id from recurring.inbox");
  const ledger = await ask<Facts["ledger"][number]>(
    `select series_id as "seriesId", task_id as "taskId", state, task_version as version from recurring.occurrences where task_id is not null`,
  );
  return { recurringInbox: inbox.map(({ id }) => id), ledger };
}

async function readNotifications({
  ask,
}: Database): Promise<Pick<Facts, "notificationInbox" | "notifications" | "jobs">> {
  const inbox = await ask<{ id: string }>("select event_id as id from notification.inbox");
  const notifications = await ask<Facts["notifications"][number]>(
    `select n.id, n.account_id as "accountId", n.reminder_id as "reminderId", n.task_id as "taskId", ${ms("n.fire_at")} as "fireAt",
      n.is_shown as "isShown", coalesce((select json_agg(json_build_object('id', d.id, 'channel', d.channel, 'status', d.status,
        'attempts', d.attempts, 'sentAt', ${ms("d.sent_at")}, 'error', d.error)) from notification.deliveries d where d.notification_id = n.id), '[]') as deliveries
      from notification.notifications n`,
  );
  const jobs = await ask<Facts["jobs"][number]>(
    `select 'notification-service' as service, t.identifier as task, j.attempts::float8, j.last_error as error
      from notification._private_jobs j join notification._private_tasks t on t.id = j.task_id`,
  );
  return { notificationInbox: inbox.map(({ id }) => id), notifications, jobs };
}
