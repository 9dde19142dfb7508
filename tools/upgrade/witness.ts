import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "../stack/pod.ts";

/** What a replica's own metrics say. */
export type Sight = { version: string; work: number };

/** Requests that the API answered, events that a consumer handled. */
const isWork = (line: string) =>
  /^tend_event_delay_seconds_count\b/.test(line) ||
  (/^http_request_duration_seconds_count\b.*route="\/api\/v1/.test(line) && /service="todo-backend"/.test(line));

export async function look({ name, address }: Pod): Promise<Sight> {
  const response = await fetch(`${address}/metrics`);
  const lines = (await response.text()).split("\n");
  const version = lines.map((line) => /^tend_build_info\{.*version="([^"]+)"/.exec(line)?.[1]).find(Boolean);
  if (!version) throw new Error(`${name} does not say its version`);
  const work = lines.filter(isWork).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  return { version, work };
}

/** Waits until each of them has done some work since now; their versions. */
export async function seeAllAtWork(pods: readonly Pod[], patienceMs = 60_000): Promise<string[]> {
  const before = await Promise.all(pods.map(look));
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100)) {
    const now = await Promise.all(pods.map(look));
    if (now.every(({ work }, index) => work > (before[index]?.work ?? 0))) return now.map(({ version }) => version);
  }
  throw new Error(
    `not all of ${pods.map(({ name }) => name).join(", ")} had anything to do in ${patienceMs / 1_000} s`,
  );
}
