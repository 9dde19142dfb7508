import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";
import { guard } from "./guard.ts";

export type ChildOptions = {
  name: string;
  /** Node unless named. A program that is not ours hears nothing by IPC, and a guard beside it ends it when we are gone. */
  program?: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  /** What it writes to standard output is of no interest. */
  quiet?: boolean;
  /** File that takes what it writes, instead of ours. */
  log?: string;
  /** Resolves when the child works; rejected when it never will. */
  isReady: (child: ChildProcess, signal: AbortSignal) => Promise<void>;
  onStart: (pid: number) => void;
  /** It died or came back: a line for people. */
  tell: (line: string) => void;
  /** Aborted before it is ready: it is ended, and the start rejected. */
  signal?: AbortSignal;
};
export type Child = { restart(): void; stop(graceMs: number): Promise<void> };

const inherited = Object.entries(process.env).filter(
  ([name]) => !/^npm_|^NODE_CHANNEL|^(DATABASE_URL|SMTP_URL|SENDGRID_API_KEY)$/.test(name),
);

/**
 * A process of ours, begun again whenever it ends unasked, after 0.1 s and then twice as long each time, at most 5 s. It is a process group
 * of its own, so that Ctrl-C reaches only us, and ends by itself when we are gone: its IPC channel and standard input close.
 * Rejected when the first try fails.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  options.signal?.throwIfAborted();
  const stopping = new AbortController();
  let current = launch(options);
  let pause = 100;
  let isWanted = false;
  const keep = async () => {
    while (!stopping.signal.aborted) {
      const began = Date.now();
      await current.ended;
      if (stopping.signal.aborted) return;
      if (Date.now() - began > 10_000) pause = 100;
      options.tell(`${options.name} ${isWanted ? "starts again" : "has ended unexpectedly; starting it again"}.`);
      if (isWanted) pause = 0;
      isWanted = false;
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
      pause = Math.min(Math.max(pause * 2, 100), 5_000);
      if (!stopping.signal.aborted) current = launch(options);
    }
  };
  await becomeReady(current, options);
  const kept = keep();
  return {
    restart: () => {
      isWanted = true;
      signalGroup(current.process, "SIGTERM");
    },
    stop: async (graceMs) => {
      stopping.abort();
      await end(current, graceMs);
      await kept;
    },
  };
}

type Running = { process: ChildProcess; ended: Promise<void> };

function launch({ program, args, env, cwd = root, quiet, log, onStart }: ChildOptions): Running {
  const file = log === undefined ? undefined : openSync(log, sizeOf(log) > 10_000_000 ? "w" : "a", 0o600);
  const output = file ?? "inherit";
  const [command, words] = program ? ["/bin/sh", ["-c", guard, "tend", program, ...args]] : [process.execPath, args];
  const child = spawn(command, words, {
    cwd,
    detached: true,
    stdio: ["pipe", quiet ? "ignore" : output, output, program ? "pipe" : "ipc"],
    env: { ...Object.fromEntries(inherited), ...env, TEND_PARENT_PIPE: "1" },
  });
  if (file !== undefined) closeSync(file);
  const guarding = program ? child.stdio[3] : null;
  guarding?.on("error", () => {});
  const ended = new Promise<void>((resolve) =>
    child
      .once("exit", () => {
        guarding?.destroy();
        resolve();
      })
      .once("error", () => resolve()),
  );
  child.stdin?.on("error", () => {});
  if (child.pid) onStart(child.pid);
  return { process: child, ended };
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

async function becomeReady(running: Running, { name, log, isReady, signal }: ChildOptions): Promise<void> {
  const given = new AbortController();
  const failed = running.ended.then(() => {
    throw new Fault(`${name} could not be started; ${log ? `the end of ${log}` : "its last line above"} says why.`);
  });
  const unwanted = new Promise<never>((_, reject) =>
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: given.signal }),
  );
  try {
    await Promise.race([isReady(running.process, given.signal), failed, unwanted]);
  } catch (error) {
    await end(running, signal?.aborted ? 1_000 : 0);
    throw error;
  } finally {
    given.abort();
  }
}

async function end({ process: child, ended }: Running, graceMs: number): Promise<void> {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** For children that say so over IPC, as our services do: `{ ready: … }`. */
export const saysReady = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) =>
    child.on("message", (message) => {
      if (typeof message === "object" && message && "ready" in message) resolve();
    }),
  );
/** The sidecar says `{ listening: … }` long before it delivers. */
export const saysListening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) =>
    child.on("message", (message) => {
      if (typeof message === "object" && message && "listening" in message) resolve();
    }),
  );

/** For programs that are not ours: an address that answers without an error. */
export const answers = (url: string) => (_child: ChildProcess, signal: AbortSignal) => untilOk(url, signal);

/** Resolves when the address answers without an error. */
export async function untilOk(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const response = await fetch(url, { signal }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(25, undefined, { signal });
  }
}

/** Ends those that have started when one has not, and is rejected as that one. */
export async function allOrNone<Part extends Pick<Child, "stop">>(starting: Promise<Part>[]): Promise<Part[]> {
  const settled = await Promise.allSettled(starting);
  const children = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = settled.find((result) => result.status === "rejected");
  if (!failed) return children;
  await Promise.all(children.map((child) => child.stop(1_000)));
  throw failed.reason;
}
