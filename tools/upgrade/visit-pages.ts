import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

export type Visits = {
  /** Pages that came as they should. */
  count: number;
  failures: string[];
  end(): Promise<void>;
};

/** Somebody with a browser, who opens the inbox again and again: the UI asks a backend for it through both sidecars. */
export async function visitPages(base: string, signal: AbortSignal): Promise<Visits> {
  const cookie = await signUp(base);
  const title = `Water the plants ${randomUUID()}`;
  const headers = { cookie, origin: base, "content-type": "application/json" };
  await fetch(`${base}/api/v1/tasks`, { method: "POST", headers, body: JSON.stringify({ title }) });
  const stop = new AbortController();
  const visits: Visits = {
    count: 0,
    failures: [],
    async end() {
      stop.abort();
      await visiting;
    },
  };
  const visit = async () => {
    const response = await fetch(`${base}/inbox`, { headers: { cookie, "sec-fetch-dest": "document" } });
    const page = await response.text();
    if (response.status === 200 && page.includes(title)) visits.count++;
    else
      visits.failures.push(
        `${new Date().toISOString()}: ${response.status}${page.includes(title) ? "" : ", without the task"}`,
      );
  };
  const visiting = (async () => {
    while (!stop.signal.aborted && !signal.aborted) {
      await visit().catch((error) => visits.failures.push(String(error.cause ?? error)));
      await sleep(400);
    }
  })();
  return visits;
}

async function signUp(base: string): Promise<string> {
  const response = await fetch(`${base}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { origin: base, "content-type": "application/json" },
    body: JSON.stringify({
      name: "Visitor",
      email: `${randomUUID()}@example.com`,
      password: randomUUID(),
      timeZone: "UTC",
    }),
  });
  if (!response.ok) throw new Error(`signing up was answered with ${response.status}: ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}
