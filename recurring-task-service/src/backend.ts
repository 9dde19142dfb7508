import { MadeOccurrence, type NewOccurrence, SeriesStatePage } from "@tend/contracts";
import type { Dapr } from "@tend/service-kit";
import type { z } from "zod";

/** `superseded`: the backend does not want it any more. `refused`: it never will. */
export type Made =
  | { outcome: "made"; taskId: string }
  | { outcome: "superseded" }
  | { outcome: "refused"; status: number };
export type Backend = {
  /** Safe to repeat. Throws when it should be tried again. */
  makeOccurrence(wanted: NewOccurrence): Promise<Made>;
  listSeries(after: string | null, limit: number): Promise<z.infer<typeof SeriesStatePage>>;
};

const appId = "todo-backend";
const timeoutMs = 10_000;
const passing = new Set([408, 425, 429]);

export function createBackend(dapr: Dapr): Backend {
  return {
    async makeOccurrence(wanted) {
      const { status, body } = await dapr.invoke(appId, "POST", "/api/internal/occurrences", {
        body: wanted,
        timeoutMs,
      });
      if (status === 200 || status === 201) return { outcome: "made", taskId: MadeOccurrence.parse(body).taskId };
      if (status === 409) return { outcome: "superseded" };
      if (status >= 400 && status < 500 && !passing.has(status)) return { outcome: "refused", status };
      throw new Error(`the backend answered ${status} to a new occurrence`);
    },
    async listSeries(after, limit) {
      const query = { limit, ...(after ? { after } : {}) };
      const { status, body } = await dapr.invoke(appId, "GET", "/api/internal/series", { query, timeoutMs });
      if (status !== 200) throw new Error(`the backend answered ${status} to a list of series`);
      return SeriesStatePage.parse(body);
    },
  };
}
