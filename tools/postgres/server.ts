import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../bootstrap/fault.mjs";
import { freePort } from "../launcher/free-port.ts";
import { launchFor, ownFolder } from "./account.ts";
import { postgresBinary } from "./binaries.ts";
import { initialise, isInitialised } from "./initialise.ts";
import { readPidFile, stopOrphans } from "./orphans.ts";

export type ServerOptions = {
  /** Data folder of the cluster; made if it is not there. */
  folder: string;
  /** Of the superuser `postgres`, given to a new cluster. */
  password: string;
  /** False only for tests: a crash of the machine may lose the cluster. Default true. */
  durable?: boolean;
  /** On 127.0.0.1; default: a free one. */
  port?: number;
};
export type Server = {
  port: number;
  pid: number;
  url(database: string): string;
  /** Resolves when the server has ended, wanted or not. */
  ended: Promise<void>;
  /** Disconnects everybody, writes all to disk and ends: at most 4 s, then at once (recovered at the next start). */
  stop(): Promise<void>;
};

/** Starts PostgreSQL in a process group of its own. When our process dies in any way, the guard beside the server ends it. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { durable = true } = options;
  if (!isInitialised(options.folder)) await initialise(options.folder, options.password, { sync: durable });
  const folder = await realpath(options.folder);
  await stopOrphans(folder);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const started = await tryStart({ ...options, folder, durable, port });
    if (typeof started !== "string") return started;
    const isBusy = /could not bind|Address already in use|still in use|is another postmaster/i.test(started);
    if (!isBusy || attempt === 40) throw explain(started, folder);
    // Backends of a killed server need a moment to notice; a free port may have been taken meanwhile.
    await sleep(250);
  }
}

type Attempt = Required<ServerOptions>;

/** What the server said, when it did not start. */
async function tryStart(options: Attempt): Promise<Server | string> {
  const { folder, port, password } = options;
  const before = readPidFile(folder).slice(0, 3).join();
  const logFile = `${folder}.log`;
  const logged = sizeOf(logFile);
  const child = spawnGuarded(options, logFile);
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      child.stdio[3]?.destroy();
      resolve();
    }),
  );
  const isReady = () => {
    const lines = readPidFile(folder);
    return lines[7]?.startsWith("ready") && lines.slice(0, 3).join() !== before;
  };
  while (!isReady()) {
    if (child.exitCode !== null || child.signalCode !== null) return readFileSync(logFile, "utf8").slice(logged);
    await sleep(8);
  }
  const pid = Number(readPidFile(folder)[0]);
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  return { port, pid, url, ended, stop: () => stop(child, pid, ended) };
}

// The pipe on descriptor 3 closes when our process ends; the second job then asks the server to stop (SIGINT: a fast, clean shutdown).
const guard = `"$@" 3<&- & server=$!
{ cat <&3 >/dev/null; kill -INT $server; } 2>/dev/null & guard=$!
wait $server; status=$?
kill $guard 2>/dev/null
exit $status`;

function spawnGuarded(options: Attempt, logFile: string): ChildProcess {
  const launch = launchFor(options.folder);
  ownFolder(options.folder, launch);
  const log = openSync(logFile, sizeOf(logFile) > 10_000_000 ? "w" : "a", 0o600);
  const command = [
    ...launch.prefix,
    "/bin/sh",
    "-c",
    guard,
    "tend-postgres",
    postgresBinary("postgres"),
    "-D",
    options.folder,
    ...flags(options),
  ];
  const [program = "", ...args] = command;
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  const child = spawn(program, args, {
    ...launch.options,
    env,
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  child.on("error", () => {});
  child.stdio[3]?.on("error", () => {});
  return child;
}

function flags({ port, durable }: Attempt): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    // Two replicas of everything, every pool full, and those who look.
    max_connections: 300,
    shared_buffers: "64MB",
    max_wal_size: "512MB",
    // One small machine: no workers that only wait.
    io_method: "sync",
    max_logical_replication_workers: 0,
    autovacuum_max_workers: 2,
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function stop(child: ChildProcess, pid: number, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdio[3]?.destroy();
  const hasEnded = await Promise.race([ended.then(() => true), sleep(4_000, false, { ref: false })]);
  if (hasEnded) return;
  process.kill(pid, "SIGQUIT");
  await ended;
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function explain(output: string, folder: string): Fault {
  if (/No space left|Disk quota/i.test(output))
    return new Fault(`The disk is full: PostgreSQL cannot write below ${folder}; free some space and start again.`);
  if (/incompatible with server|initialized by PostgreSQL version/i.test(output))
    return new Fault(
      `The data in ${folder} is of another PostgreSQL version: start the version of Tend that made it, or use another DATA_DIR.`,
    );
  const line = output.split("\n").find((text) => /FATAL|PANIC|ERROR/.test(text)) ?? output.trim().split("\n").at(-1);
  return new Fault(
    `PostgreSQL did not start on ${folder}: ${line?.replace(/^.*?(FATAL|PANIC|ERROR): +/, "") || "no reason given"} (all of it in ${folder}.log).`,
  );
}
