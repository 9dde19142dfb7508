import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@tend/service-kit";
import type { Backend } from "./backend.ts";

/** Best effort: pages also load again when they reconnect. */
export type Signals = { add(accountIds: Iterable<string>): void; stop(): Promise<void> };

const gatherMs = 20;
const atOnce = 16;

/** Gathers accounts for a moment and signals each once, several at a time. */
export function createSignals(backend: Pick<Backend, "signal">, log: Logger): Signals {
  const waiting = new Set<string>();
  let sending: Promise<void> | undefined;
  let stopped = false;

  async function work() {
    for (const accountId of waiting) {
      waiting.delete(accountId);
      await backend.signal(accountId).catch((error: unknown) => log.debug({ err: error }, "a signal was lost"));
    }
  }
  async function send() {
    await sleep(gatherMs);
    while (waiting.size > 0) await Promise.all(Array.from({ length: atOnce }, work));
    sending = undefined;
  }
  return {
    add(accountIds) {
      if (stopped) return;
      for (const accountId of accountIds) waiting.add(accountId);
      if (waiting.size > 0) sending ??= send();
    },
    async stop() {
      stopped = true;
      await sending;
    },
  };
}
