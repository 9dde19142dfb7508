import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Server, startServer } from "../postgres/server.ts";
import { prepareDatabase } from "./database.ts";
import type { RunFile } from "./run-file.ts";
import { type Secrets, superuserPassword } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import type { Shutdown } from "./shutdown.ts";

type Options = {
  settings: Settings;
  secrets: Secrets;
  runFile: RunFile;
  tell: (line: string) => void;
  shutdown: Shutdown;
};

/** Starts PostgreSQL, if it is ours, and starts it again on the same port whenever it dies. */
export async function keepDatabase({ settings, secrets, runFile, tell, shutdown }: Options): Promise<void> {
  let server: Server | undefined;
  const take = (started: Server) => {
    server = started;
    runFile.add("postgres", started.pid, started.port);
  };
  shutdown.add(() => server?.stop());
  const { adminUrl } = await prepareDatabase({ settings, secrets, tell, onServer: take });
  runFile.set({ databaseUrl: adminUrl });
  if (server) void keep(server);

  async function keep(running: Server): Promise<void> {
    const { port } = running;
    for (let current = running, pause = 100; ; ) {
      await current.ended;
      if (shutdown.signal.aborted) return;
      tell("PostgreSQL has ended unexpectedly; starting it again.");
      try {
        current = await startServer({
          folder: join(settings.dataFolder, "postgres"),
          password: superuserPassword(settings.dataFolder),
          port,
        });
        take(current);
        pause = 100;
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
        pause = Math.min(pause * 2, 5_000);
        await sleep(pause);
      }
    }
  }
}
