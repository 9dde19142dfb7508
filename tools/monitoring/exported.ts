import { createMetrics, eventDelays, type Pool, renderMetrics, requestDurations } from "@tend/service-kit";
import { measure } from "../../backend/src/measure.ts";
import { countMails, measureMail } from "../../notification-service/src/measure.ts";
import { exporters, namesOf } from "./exporters.ts";
import { metricsIn } from "./queries.ts";

/** Names of all series that the services export: they are made here as the services make them. */
async function askServices(): Promise<Set<string>> {
  const metrics = createMetrics("test");
  requestDurations(metrics);
  eventDelays(metrics);
  measure({ pool: { query: async () => ({ rows: [] }) } as unknown as Pool, metrics, streams: { size: 0 } });
  countMails(metrics);
  measureMail(metrics, { oldest: async () => 0 });
  const { body } = await renderMetrics(metrics);
  const ends: Record<string, string[]> = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] };
  const types = body.matchAll(/^# TYPE (\S+) (\S+)$/gm);
  return new Set([...types].flatMap(([, name = "", type = ""]) => (ends[type] ?? [""]).map((end) => name + end)));
}

/** Of our own services. */
export const own: ReadonlySet<string> = await askServices();
const others: ReadonlySet<string> = new Set(namesOf(...Object.values(exporters)));

/** What a query asks for that nobody exports. */
export const missingIn = (query: string): string[] =>
  metricsIn(query).filter((name) => !own.has(name) && !others.has(name));
