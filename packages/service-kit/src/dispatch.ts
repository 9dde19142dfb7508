import { type EventDefinition, otherTypes } from "@tend/contracts";
import type { z } from "zod";
import { isDatabaseAway, type Pool, transaction } from "./database.ts";
import { type CallingHandler, type Handler, RefusedEvent, type Writing } from "./handlers.ts";
import { isInInbox, recordInInbox } from "./inbox.ts";
import type { Logger } from "./log.ts";
import type { eventDelays } from "./metrics.ts";
import type { Spans } from "./spans.ts";
import { inTrace } from "./trace.ts";
import { fieldErrors } from "./validation.ts";

export type Verdict = "SUCCESS" | "RETRY" | "DROP";
export type Dispatch = (bodies: unknown[]) => Promise<Verdict[]>;
export type DispatchOptions<C> = {
  pool: Pool;
  log: Logger;
  spans: Spans;
  delays: ReturnType<typeof eventDelays>;
  /** What was published in an earlier one may never have happened: a restore has put what did back into the outbox. */
  epoch: number;
  context: C;
  handlers: readonly Handler<C>[];
};

type AnyEvent = z.infer<EventDefinition["envelope"]>;
type Entry<C> = { index: number; event: AnyEvent; handler: Handler<C> };

/** How many events of different keys a calling handler works on at once. */
const callsAtOnce = 8;
const baseOf = (type: string) => type.replace(/\.v\d+$/, "");

/** Judges a batch of CloudEvents in order; the verdicts are what the sidecar is told. Knows nothing of HTTP. */
export function createDispatch<C>(options: DispatchOptions<C>): Dispatch {
  const byType = new Map(
    options.handlers.flatMap((handler) =>
      handler.definitions.map((definition) => [definition.type, { handler, definition }] as const),
    ),
  );
  const bases = new Set([...byType.keys()].map(baseOf));

  function read(body: unknown, index: number): Entry<C> | Verdict {
    const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
    if (typeof type !== "string") return refuse("no CloudEvent", body);
    const isOther = !bases.has(baseOf(type));
    const known = byType.get(isOther ? otherTypes : type);
    if (!known) return isOther ? "SUCCESS" : refuse("unknown version", body);
    const parsed = known.definition.envelope.safeParse(body);
    if (!parsed.success) return refuse("unreadable", body, fieldErrors(parsed.error));
    if (Number(parsed.data.epoch ?? 0) < options.epoch) return pass(parsed.data);
    return { index, event: parsed.data, handler: known.handler };
  }
  function pass({ type, id, epoch }: AnyEvent): Verdict {
    options.log.info({ type, event: id, epoch }, "event of before a restore passed over");
    return "SUCCESS";
  }
  function refuse(reason: string, body: unknown, errors?: unknown): Verdict {
    const { type, id } = Object(body);
    options.log.error({ type, event: id, errors }, `event dropped: ${reason}`);
    return "DROP";
  }

  return async (bodies) => {
    const verdicts: Verdict[] = bodies.map(() => "SUCCESS");
    const entries: Entry<C>[] = [];
    for (const [index, body] of bodies.entries()) {
      const result = read(body, index);
      if (typeof result === "string") verdicts[index] = result;
      else entries.push(result);
    }
    const needsCall = ({ handler, event }: Entry<C>) => handler.kind === "calling" && handler.needsCall(event);
    const { calling = [], writing = [] } = Object.groupBy(entries, (entry) =>
      needsCall(entry) ? "calling" : "writing",
    );
    await Promise.all([writeAll(options, writing, verdicts), callAll(options, calling, verdicts)]);
    return verdicts;
  };
}

/**
 * All in one transaction; if that fails, one by one, so that a bad event does not hold up the others. While the database is away each of
 * them would wait for a connection in vain, longer than the sidecar waits for us.
 */
async function writeAll<C>(options: DispatchOptions<C>, entries: Entry<C>[], verdicts: Verdict[]) {
  if (entries.length === 0) return;
  try {
    await write(options, entries);
  } catch (error) {
    if (entries.length === 1 || isDatabaseAway(error)) {
      for (const entry of entries) verdicts[entry.index] = judge(options, entry, error);
      return;
    }
    for (const entry of entries) await writeAll(options, [entry], verdicts);
  }
}

async function write<C>(options: DispatchOptions<C>, entries: Entry<C>[]) {
  const first = entries[0]!.event;
  const span = options.spans.start(
    entries.length === 1 ? first.type : `${entries.length} events`,
    "consumer",
    first.traceparent,
  );
  let failed = true;
  try {
    await inTrace(span.trace, () =>
      inInboxTransaction(options, entries, async (fresh, writing) => {
        const context = { ...options.context, ...writing };
        for (const { handler, events } of runsOf(fresh)) {
          if (handler.kind === "writing") await handler.run(events, context);
          else await handler.storeUncalled(events, context);
        }
      }),
    );
    failed = false;
  } finally {
    span.end(failed);
  }
}

/** `work` gets those entries whose events were not handled before. */
async function inInboxTransaction<C>(
  { pool, log, delays }: DispatchOptions<C>,
  entries: Entry<C>[],
  work: (fresh: Entry<C>[], writing: Writing) => Promise<void>,
) {
  const after: (() => void)[] = [];
  let handled: Entry<C>[] = [];
  await transaction(pool, async (tx) => {
    const ids = entries.map(({ event }) => event.id);
    const fresh = await recordInInbox(tx, ids);
    const writing = { tx, log, afterCommit: (step: () => void) => void after.push(step) };
    handled = entries.filter(({ event }) => fresh.delete(event.id));
    await work(handled, writing);
  });
  for (const step of after) step();
  for (const { event } of handled)
    delays.observe({ type: event.type }, Math.max(0, Date.now() - Date.parse(event.time)) / 1_000);
}

/** Neighbours with the same handler go to it together; the order stays. */
function runsOf<C>(entries: Entry<C>[]) {
  const runs: { handler: Handler<C>; events: AnyEvent[] }[] = [];
  for (const { handler, event } of entries) {
    const last = runs.at(-1);
    if (last?.handler === handler) last.events.push(event);
    else runs.push({ handler, events: [event] });
  }
  return runs;
}

/** One after the other for each key, several keys at once. */
async function callAll<C>(options: DispatchOptions<C>, entries: Entry<C>[], verdicts: Verdict[]) {
  const lanes = [...Map.groupBy(entries, ({ event }) => event.subject ?? event.id).values()];
  const work = async () => {
    for (let lane = lanes.shift(); lane; lane = lanes.shift()) {
      for (const entry of lane) {
        verdicts[entry.index] = await callOne(options, entry).then(
          () => "SUCCESS" as const,
          (error) => judge(options, entry, error),
        );
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(callsAtOnce, lanes.length) }, work));
}

async function callOne<C>(options: DispatchOptions<C>, entry: Entry<C>) {
  const { event } = entry;
  const { pool, log, spans, context } = options;
  if (await isInInbox(pool, event.id)) return;
  const { call, store } = entry.handler as CallingHandler<C>;
  const span = spans.start(event.type, "consumer", event.traceparent);
  let failed = true;
  try {
    await inTrace(span.trace, async () => {
      const result = await call(event, { ...context, log });
      await inInboxTransaction(options, [entry], async (fresh, writing) => {
        if (fresh.length === 1) await store(event, result, { ...context, ...writing });
      });
    });
    failed = false;
  } finally {
    span.end(failed);
  }
}

function judge<C>({ log }: DispatchOptions<C>, { event }: Entry<C>, error: unknown): Verdict {
  const refused = error instanceof RefusedEvent;
  const line = { err: error, type: event.type, event: event.id };
  if (refused) log.error(line, "event dropped: refused");
  else log.warn(line, "event failed and will be tried again");
  return refused ? "DROP" : "RETRY";
}
