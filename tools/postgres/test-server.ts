import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./server.ts";

/** A cluster to throw away, not durable: for tests, fault tests and benchmarks. `url` is its superuser's. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "tend-postgres-"));
  chmodSync(folder, 0o711);
  const server = await startServer({
    folder: join(folder, "cluster"),
    password: randomBytes(16).toString("hex"),
    durable: false,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: server.url("postgres"), stop };
}
