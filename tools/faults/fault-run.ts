import { setTimeout as sleep } from "node:timers/promises";
import { checkAll, type Finding } from "./check/checks.ts";
import type { Facts } from "./check/facts.ts";
import { isSinceCursor } from "./check/pipeline.ts";
import { inOneMoment } from "./database.ts";
import type { Kill } from "./kill-part.ts";
import { type Api, createApi, newTraffic, type Traffic } from "./load/api.ts";
import { FeedReader, type FeedReading } from "./load/feed-reader.ts";
import { type Account, type LoadRecord, newRecord } from "./load/record.ts";
import { signUp } from "./load/sign-up.ts";
import { StreamReader } from "./load/stream-reader.ts";
import { Worker } from "./load/worker.ts";
import type { FromLog } from "./log/message-log.ts";
import type { Mail } from "./mail-sink.ts";
import { onlyOf } from "./only-of.ts";
import { mailDomain, root } from "./product.ts";
import type { Random } from "./random.ts";
import { type FromDatabase, verifyChains } from "./read-facts.ts";
import type { RunningProduct } from "./running-product.ts";
import { readAtRest } from "./settle.ts";

export type RunOptions = {
  product: RunningProduct;
  sink: { mails: readonly Mail[] };
  random: Random;
  tell(line: string): void;
  /** Others live in the same product. */
  hasCompany?: boolean;
  /** Default 5. */
  accounts?: number;
  /** Under load; the load ends with it. What it says it killed is judged. */
  disturb(load: Load): Promise<Kill[]>;
};
/** What its clients have seen so far. */
export type Load = {
  /** Changes. */
  acknowledged(): number;
  /** Events that open pages were told of. */
  streamed(): number;
  /** Attempts that were answered by a failure of Tend (5xx), or by nobody. */
  failed(): number;
};
export type RunResult = { facts: Facts; traffic: Traffic; findings: Finding[] };

const workersEach = 2;
/** How long the product may take to finish what the load and the crashes left. */
const quietMs = { embedded: 90_000, stack: 180_000 };

/** Load and disturbance together, then rest, then judgement. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { product, sink, random, tell, disturb, hasCompany = false, accounts = 5 } = options;
  const traffic = newTraffic();
  const record = newRecord();
  const halted = new AbortController();
  const clients = await signUpAll({ accounts, product, record, random, traffic, halted: halted.signal });
  const readers = await Promise.all(clients.map((client) => beginReading(product, client)));
  tell(`${clients.length} accounts signed up; the load begins`);

  const stop = new AbortController();
  const following = new AbortController();
  const followed = Promise.all(readers.map(({ feed }) => feed.follow(following.signal)));
  followed.catch(() => {});
  const disturbing = disturb(progressOf(record, readers, traffic));
  // What cannot be started again answers nobody any more.
  disturbing.catch((error) => halted.abort(error)).finally(() => stop.abort());
  const [kills] = await Promise.all([disturbing, work(clients, record, random, stop.signal)]);
  following.abort();
  await followed;
  tell("the load has ended; waiting until all is quiet");
  const database = await rest(product, tell);
  const feeds = (await Promise.all(readers.map((reader) => finishReading(reader, database.events)))).flat();
  const facts: Facts = {
    ...database,
    record,
    feeds,
    kills,
    replicas: product.replicas,
    mailDomain,
    mails: [...sink.mails],
    laterEvents: await readLaterEvents(product, database.events),
    chains: await verifyChains(product.auditUrl(), root),
  };
  return { facts, traffic, findings: checkAll(hasCompany ? onlyOf(record.accounts, facts) : facts) };
}

const progressOf = (record: LoadRecord, readers: Reader[], traffic: Traffic): Load => ({
  acknowledged: () => sum([...record.tasks.values()].map((task) => task.acknowledged.length)),
  streamed: () => sum(readers.map(({ stream }) => stream.count)),
  failed: () =>
    sum(readers.map(({ stream }) => stream.refused)) +
    sum([...traffic.outcomes].map(([outcome, count]) => (/^[1234]/.test(outcome) ? 0 : count))),
});
const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

async function rest(product: RunningProduct, tell: RunOptions["tell"]): Promise<FromDatabase & FromLog> {
  const began = Date.now();
  const { result, pending, lastWaitedFor } = await readAtRest({
    databaseUrl: product.databaseUrl(),
    log: product.log,
    patienceMs: quietMs[product.engine],
  });
  for (const { what, count } of pending) tell(`still not quiet: ${count} ${what}`);
  tell(`read after ${Date.now() - began} ms; the last thing to wait for was: ${lastWaitedFor}`);
  return result;
}

async function readLaterEvents(product: RunningProduct, events: Facts["events"]): Promise<string[]> {
  const last = events.reduce((seq, event) => Math.max(seq, event.seq), 0);
  const text = `select id from todo.events where seq > ${last}`;
  return (await inOneMoment(product.databaseUrl(), ({ ask }) => ask<{ id: string }>(text))).map(({ id }) => id);
}

type Client = { account: Account; api: Api };

type SigningUp = {
  accounts: number;
  product: RunningProduct;
  record: LoadRecord;
  random: Random;
  traffic: Traffic;
  halted: AbortSignal;
};

async function signUpAll({ accounts, product, record, random, traffic, halted }: SigningUp): Promise<Client[]> {
  const clients: Client[] = [];
  for (let number = 1; number <= accounts; number++) {
    const account = await signUp(product.base, `${random.uuid().slice(-8)}-${number}`, random, traffic);
    record.accounts.push(account);
    clients.push({
      account,
      api: createApi(product.base, { authorization: `Bearer ${account.token}` }, traffic, halted),
    });
  }
  return clients;
}

type Reader = { account: Account; feed: FeedReader; stream: StreamReader };

async function beginReading(product: RunningProduct, { account, api }: Client): Promise<Reader> {
  const feed = new FeedReader(api, account);
  const stream = new StreamReader(product.base, account, await feed.begin());
  stream.listen();
  return { account, feed, stream };
}

async function finishReading({ account, feed, stream }: Reader, events: Facts["events"]): Promise<FeedReading[]> {
  const expected = events.filter((event) => event.accountId === account.id && isSinceCursor(event)).map(({ id }) => id);
  return [...(await feed.finish()), await stream.finish(expected)];
}

async function work(clients: Client[], record: LoadRecord, random: Random, stop: AbortSignal): Promise<void> {
  const workers = clients.flatMap(({ account, api }) =>
    Array.from({ length: workersEach }, (_, index) => {
      const name = `${account.email.split("@")[0]}.${index + 1}`;
      const own = random.fork(name);
      return { name, own, worker: new Worker({ name, api, account, random: own, record }) };
    }),
  );
  await Promise.all(
    workers.map(async ({ name, own, worker }) => {
      try {
        while (!stop.aborted) {
          await worker.step();
          await sleep(own.int(30, 170));
        }
      } catch (error) {
        record.surprises.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }),
  );
}
