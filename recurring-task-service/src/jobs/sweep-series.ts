import type { SeriesState } from "@tend/contracts";
import type { App } from "@tend/service-kit";
import type { Context } from "../context.ts";
import { wantedAsPromised } from "../modules/occurrences/wanted-after.ts";

const pageSize = 200;
const atOnce = 8;
const closed = new Set(["done", "skipped", "trashed"]);

/**
 * Repairs what an outage left: a living series whose latest occurrence is closed asks for its next one. It runs after the tick is answered,
 * in one replica at a time, and the backend refuses what a user removed or has moved on from.
 */
export function sweepRoutes(app: App, context: Context) {
  let running: Promise<void> | undefined;
  app.addHook("onClose", async () => running);
  app.post(
    "/api/jobs/sweep-series",
    { onRequest: context.guards.sidecarOnly, config: { quiet: true } },
    async (_request, reply) => {
      const isNew = running === undefined;
      running ??= sweepAlone(context)
        .catch((error: unknown) => context.log.error({ err: error }, "the sweep of series failed"))
        .finally(() => {
          running = undefined;
        });
      return reply.code(202).send({ started: isNew });
    },
  );
}

/** The lock lasts as long as its connection: a killed replica does not hold up the next tick. */
async function sweepAlone(context: Context) {
  const client = await context.pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('sweep-series', 0)) as mine",
    );
    if (!rows[0]?.mine) return;
    try {
      await sweep(context);
    } finally {
      await client.query("select pg_advisory_unlock(hashtextextended('sweep-series', 0))");
    }
  } finally {
    client.release();
  }
}

async function sweep({ backend, log, signal }: Context) {
  let after: string | null = null;
  let seen = 0;
  let asked = 0;
  do {
    const page = await backend.listSeries(after, pageSize);
    const waiting = page.items.filter(({ latest }) => closed.has(latest.status) && latest.nextDue !== null);
    const work = async () => {
      for (let state = waiting.shift(); state && !signal.aborted; state = waiting.shift()) {
        const made = await askForNext({ backend, log }, state);
        if (made) asked++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    seen += page.items.length;
    after = page.nextAfter;
  } while (after && !signal.aborted);
  log.info({ seen, asked }, "series swept");
}

/** One series that cannot be continued does not stop the others. */
async function askForNext(
  { backend, log }: Pick<Context, "backend" | "log">,
  { series, latest }: SeriesState,
): Promise<boolean> {
  try {
    const { taskId: id, version, completedAt, nextDue } = latest;
    const wanted = completedAt && nextDue && wantedAsPromised(series, { id, version, completedAt }, nextDue);
    if (!wanted) return false;
    const made = await backend.makeOccurrence(wanted);
    if (made.outcome === "refused") log.error({ series: series.id, status: made.status }, "an occurrence was refused");
    return made.outcome === "made";
  } catch (error) {
    log.warn({ err: error, series: series.id }, "a series could not be continued");
    return false;
  }
}
