import { createHash, randomBytes } from "node:crypto";
import pg from "pg";

export type Seeded = {
  accountId: string;
  token: string;
  /** For reading: tasks of the account, spread over all of them. */
  taskIds: string[];
  /** For completing: open tasks of one project of 10,000, and of 1,000 projects of 10. */
  ofLarge: string[];
  ofSmall: string[];
};

const ownTasks = 100_000;
const perAccount = 1_000;

/** Rows as the product would have written them, put straight into its tables. The indexes are built afterwards: that is much faster. */
export async function seed(adminUrl: string, total: number): Promise<Seeded> {
  const client = new pg.Client({
    connectionString: adminUrl,
    options: "-c search_path=todo -c maintenance_work_mem=256MB",
  });
  await client.connect();
  try {
    const accounts = Math.ceil((total - ownTasks) / perAccount);
    const accountId = await addAccounts(client, accounts);
    const rebuild = await dropIndexes(client);
    await addTasks(client, accountId);
    for (const statement of rebuild) await client.query(statement);
    await client.query("vacuum analyze");
    await client.query("checkpoint");
    return { accountId, token: await addToken(client, accountId), ...(await chooseTasks(client, accountId)) };
  } finally {
    await client.end();
  }
}

async function addAccounts(client: pg.Client, others: number): Promise<string> {
  await client.query(
    `insert into users (name, email, time_zone, inbox_project_id, derived_for)
     select 'Account ' || n, n || '@bench.example', 'Europe/Berlin', uuidv7(), 'Europe/Berlin 09:00 ' || $2 from generate_series(0, $1) n`,
    [others, process.versions.tz ?? ""],
  );
  await client.query(
    `insert into projects (id, owner_id, name, is_inbox) select inbox_project_id, id, 'Inbox', true from users`,
  );
  const { rows } = await client.query("select id from users where email = '0@bench.example'");
  await client.query(
    "insert into projects (owner_id, name) select $1::uuid, 'Large' union all select $1::uuid, 'Small ' || n from generate_series(1, 1000) n",
    [rows[0].id],
  );
  return rows[0].id;
}

async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ indexname: string; indexdef: string }>(
    "select indexname, indexdef from pg_indexes where schemaname = 'todo' and tablename = 'tasks' and indexdef not like 'CREATE UNIQUE%'",
  );
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
  return rows.map(({ indexdef }) => indexdef);
}

const columns = `owner_id, project_id, position, title, notes, priority, due, due_at, due_date, due_sort, created_at, updated_at`;
const rowOf = (owner: string, project: string, n: string) => `
  ${owner}, ${project}, 'h' || lpad(${n}::text, 8, '0'), 'Call number ' || ${n} || ' about the ' || (array['garden', 'roof', 'invoice', 'trip'])[1 + ${n} % 4],
  case when ${n} % 3 = 0 then 'Ask for ' || md5(${n}::text) || E'\\nand **note** what they say.' else '' end, ${n} % 5,
  case when ${n} % 2 = 0 then jsonb_build_object('date', to_char(d.day, 'YYYY-MM-DD'), 'time', '09:00', 'timeZone', 'Europe/Berlin') end,
  case when ${n} % 2 = 0 then d.at end, case when ${n} % 2 = 0 then d.day end, case when ${n} % 2 = 0 then d.at else 'infinity' end,
  now() - interval '1 hour', now() - interval '1 hour'`;
const day = (n: string) => `lateral (select date '2027-01-01' + (${n} % 700)::int as day,
  (date '2027-01-01' + (${n} % 700)::int + time '09:00') at time zone 'Europe/Berlin' as at) d`;

async function addTasks(client: pg.Client, accountId: string): Promise<void> {
  await client.query(
    `insert into tasks (${columns}) select ${rowOf("u.id", "u.inbox_project_id", "n")}
     from generate_series(1, ${perAccount}) n cross join users u, ${day("n")} where u.id <> $1`,
    [accountId],
  );
  const own = (project: string, from: number, count: number) =>
    client.query(
      `insert into tasks (${columns}) select ${rowOf("$1::uuid", "p.id", "n")}
       from projects p, generate_series(${from}, ${from + count - 1}) n, ${day("n")} where p.owner_id = $1 and ${project}`,
      [accountId],
    );
  await own("p.is_inbox", 1, ownTasks - 20_000);
  await own("p.name = 'Large'", 100_000, 10_000);
  await own("p.name like 'Small %'", 200_000, 10);
}

async function addToken(client: pg.Client, accountId: string): Promise<string> {
  const token = `tend_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(token).digest();
  // Used just now, so that nothing is written for it while we measure.
  await client.query(
    "insert into access_tokens (user_id, name, token_hash, scopes, last_used_at) values ($1, 'Bench', $2, '{read,write}', now())",
    [accountId, hash],
  );
  return token;
}

async function chooseTasks(client: pg.Client, accountId: string) {
  const ids = async (condition: string, limit: number): Promise<string[]> => {
    const text = `select t.id from tasks t join projects p on p.id = t.project_id where t.owner_id = $1 and ${condition} order by random() limit $2`;
    return (await client.query<{ id: string }>(text, [accountId, limit])).rows.map(({ id }) => id);
  };
  return {
    taskIds: await ids("p.is_inbox", 5_000),
    ofLarge: await ids("p.name = 'Large'", 10_000),
    ofSmall: await ids("p.name like 'Small %'", 10_000),
  };
}
