import type { App } from "./server.ts";

/** Each throws when its part is not well. */
export type Checks = Record<string, () => Promise<unknown>>;
export type Health = { status: "ok" | "unavailable"; checks: Record<string, "ok" | "failed"> };

const timeoutMs = 2_500;

async function run(checks: Checks): Promise<Health> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const late = new Promise<never>((_, reject) =>
        AbortSignal.timeout(timeoutMs).addEventListener("abort", () => reject()),
      );
      const ok = await Promise.race([check(), late]).then(
        () => true,
        () => false,
      );
      return [name, ok ? "ok" : "failed"] as const;
    }),
  );
  return {
    status: results.every(([, result]) => result === "ok") ? "ok" : "unavailable",
    checks: Object.fromEntries(results),
  };
}

export type HealthOptions = { checks: Checks; moreChecks?: Checks; signal: AbortSignal };

/** `/health/live`: this process. `/health/ready`: what it needs to work. `/health`: both and whatever else people want to know. */
export function installHealth(app: App, { checks, moreChecks, signal }: HealthOptions) {
  const stopping = async () => {
    if (signal.aborted) throw new Error("stopping");
  };
  const ready = { process: stopping, ...checks };
  const routes: [string, Checks][] = [
    ["/health/live", {}],
    ["/health/ready", ready],
    ["/health", { ...ready, ...moreChecks }],
  ];
  for (const [url, asked] of routes) {
    app.get(url, { config: { quiet: true }, schema: { hide: true } as object }, async (_request, reply) => {
      const health = await run(asked);
      return reply
        .code(health.status === "ok" ? 200 : 503)
        .header("cache-control", "no-store")
        .send(health);
    });
  }
}
