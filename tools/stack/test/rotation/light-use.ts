import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createApi, newTraffic } from "../../../faults/load/api.ts";
import { signUp } from "../../../faults/load/sign-up.ts";
import { createRandom } from "../../../faults/random.ts";

const pauseMs = 150;

/** Somebody who adds a task a few times a second, and asks again where nothing answered. */
export async function startLightUse(base: string) {
  const traffic = newTraffic();
  const { token } = await signUp(base, randomUUID(), createRandom("rotation"), newTraffic());
  const api = createApi(base, { authorization: `Bearer ${token}` }, traffic);
  const stopping = new AbortController();
  const saved: string[] = [];
  const using = (async () => {
    while (!stopping.signal.aborted) {
      const title = `task ${saved.length}`;
      const headers = { "idempotency-key": randomUUID() };
      const { status, body } = await api.ask({ method: "POST", path: "/api/v1/tasks", body: { title }, headers });
      if (status !== 201) throw new Error(`a task was answered with ${status}: ${JSON.stringify(body)}`);
      saved.push((body as { id: string }).id);
      await sleep(pauseMs);
    }
  })();
  using.catch(() => {});
  return {
    saved: () => saved.length,
    /** Attempts that were not answered with success, by what came instead. */
    failures: () => Object.fromEntries([...traffic.outcomes].filter(([name]) => name !== "201")),
    /** Ids of all that was saved. */
    async stop() {
      stopping.abort();
      await using;
      return saved;
    },
  };
}
