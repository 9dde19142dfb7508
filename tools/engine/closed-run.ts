import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";
import { countOutbox } from "../events/parked.ts";
import { saysReady } from "../launcher/child.ts";
import { RunFile } from "../launcher/run-file.ts";
import { credentials, readStore } from "../launcher/secrets.ts";
import type { Settings } from "../launcher/settings.ts";
import { countInEmbedded } from "./embedded-log.ts";
import { addressOfBroker, countInKafka } from "./kafka-log.ts";
import { type Engine, withDapr } from "./record.ts";
import { counted, inWords, isNothing, type Waiting } from "./waiting.ts";

type ClosedRun = { engine: Engine; settings: Settings; env: NodeJS.ProcessEnv; signal: AbortSignal };
type Left = { outbox: number; waiting: Waiting };

/** How long database or broker may give no answer; they come back by themselves after a crash. */
const patienceMs = 60_000;

/** Runs the engine's own command with `--closed` until its outbox and its log are consumed, and stops it. What it holds then is for the caller to look at. */
export async function runUntilDrained({ engine, settings, env, signal }: ClosedRun): Promise<void> {
  console.log(`Starting ${engine === "stack" ? "the stack" : "Tend"} behind a closed front door …`);
  const program = join(root, "tools", engine === "stack" ? "stack.ts" : "start.ts");
  const child = spawn(process.execPath, [program, "--closed"], {
    cwd: root,
    env,
    // A process group of its own: Ctrl-C reaches us, and we stop it. It ends by itself when the channel closes.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  try {
    // Stopped half-way into its start it could not say what it holds.
    const failed = ended.then(() => Promise.reject(notStarted()));
    await Promise.race([saysReady(child), failed, once(signal, "abort")]);
    signal.throwIfAborted();
    await untilDrained({ engine, settings, signal, child });
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function untilDrained({ engine, settings, signal, child }: Omit<ClosedRun, "env"> & { child: ChildProcess }) {
  let answeredAt = Date.now();
  for (let said = ""; ; await sleep(200, undefined, { signal })) {
    if (hasEnded(child)) throw notStarted();
    const left = await count(engine, settings, child).catch((error) => {
      if (Date.now() - answeredAt > patienceMs) throw error;
      return null;
    });
    if (left !== null) answeredAt = Date.now();
    if (!left) continue;
    const { outbox, waiting } = left;
    const parts = [outbox > 0 ? `${counted(outbox, "event")} in the outbox` : "", inWords(waiting)].filter(Boolean);
    const line = parts.length === 0 ? "Nothing waits any more; stopping …" : `Waiting: ${parts.join("; ")}`;
    if (line !== said) console.log(line);
    said = line;
    if (outbox === 0 && isNothing({ ...waiting, deadLetters: 0 })) return;
  }
}

/** Undefined until database and broker have been started. */
async function count(engine: Engine, { dataFolder }: Settings, child: ChildProcess): Promise<Left | undefined> {
  const run = RunFile.read(dataFolder);
  const broker = run && addressOfBroker(run);
  if (!run?.databaseUrl || run.launcher.pid !== child.pid || (engine === "stack" && !broker)) return undefined;
  const store = readStore(dataFolder);
  const outbox = await countOutbox(store[credentials("todo-backend")] ?? "");
  const waiting = await withDapr(store[credentials("dapr")] ?? "", (client) =>
    engine === "stack" && broker ? countInKafka(broker, client) : countInEmbedded(client),
  );
  return { outbox, waiting };
}

const notStarted = () => new Fault("Tend could not be run to drain it; the lines above say why.");
const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;
