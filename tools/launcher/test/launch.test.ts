import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../free-port.ts";
import { launch } from "../launch.ts";
import { readSettings } from "../settings.ts";
import { Shutdown } from "../shutdown.ts";

test("a start that fails half-way leaves no door behind, so that whoever started it ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tend-launch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [port, nobody] = [await freePort(), await freePort()];
  const settings = readSettings({
    ...{ DATA_DIR: folder, PORT: String(port), DATABASE_URL: `postgres://tend:secret@127.0.0.1:${nobody}/tend` },
  });
  const shutdown = new Shutdown(30_000);
  await expect(launch({ settings, mode: "processes", closed: true, tell: () => {}, shutdown })).rejects.toThrow(
    "cannot be reached",
  );
  await expect(fetch(`http://127.0.0.1:${port}`)).resolves.toMatchObject({ status: 503 });
  await shutdown.run();
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
});
