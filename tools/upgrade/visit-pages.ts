import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { versionOfPage } from "./next-pages.ts";

const versions = ["this", "next"] as const;
type Version = (typeof versions)[number];
export type Visits = {
  /** Pages that came as they should, with all their parts, by version. */
  count: Record<Version, number>;
  /** Pages loaded again, as browsers do it by themselves, since their version had gone before their parts came. */
  again: number;
  failures: string[];
  /** Waits until another page of each version has come. */
  seeBoth(): Promise<Version[]>;
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
    ...{ count: { this: 0, next: 0 }, again: 0, failures: [] },
    async seeBoth() {
      const before = { ...visits.count };
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
        const seen = versions.filter((version) => visits.count[version] > before[version]);
        if (seen.length === versions.length) return seen;
      }
      throw new Error(`pages of both versions were not seen in 60 s: ${JSON.stringify(visits)}`);
    },
    async end() {
      stop.abort();
      await visiting;
    },
  };
  const visit = async (tries: number): Promise<void> => {
    const response = await fetch(`${base}/inbox`, { headers: { cookie, "sec-fetch-dest": "document" } });
    const page = await response.text();
    if (response.status !== 200 || !page.includes(title))
      throw new Error(`${response.status}${page.includes(title) ? "" : ", without the task"}`);
    if (await haveParts(page, base)) visits.count[versionOfPage(page)] += 1;
    else {
      if (tries === 0) throw new Error("its parts were gone again and again");
      visits.again += 1;
      await visit(tries - 1);
    }
  };
  const fail = (error: Error) => visits.failures.push(`${new Date().toISOString()}: ${error.cause ?? error}`);
  const visiting = (async () => {
    while (!stop.signal.aborted && !signal.aborted) {
      await visit(5).catch(fail);
      await sleep(400);
    }
  })();
  return visits;
}

/** Scripts and styles; none of them gone. */
async function haveParts(page: string, base: string): Promise<boolean> {
  const parts = new Set(page.match(/\/_next\/static\/[\w/~.-]+\.(?:js|css)/g));
  if (parts.size === 0) throw new Error("a page without scripts");
  const responses = await Promise.all([...parts].map((part) => fetch(base + part)));
  for (const response of responses) await response.arrayBuffer();
  const other = responses.find(({ status }) => ![200, 404].includes(status));
  if (other) throw new Error(`${other.url} was answered with ${other.status}`);
  return responses.every(({ status }) => status === 200);
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
