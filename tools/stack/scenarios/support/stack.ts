import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import type { Mail } from "../../../faults/mail-sink.ts";
import { attach } from "../../../faults/running-product.ts";

const given = inject("stack");

/** The running stack, with two replicas of each service. */
export const stack = attach({ ...given, engine: "stack" });

const lines = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"));

export const sink = {
  get mails(): Mail[] {
    return lines(given.mails).map((line) => JSON.parse(line));
  },
};

type LogLine = { time: string; service: string; msg: string };
/** What the services have logged. */
export const logLines = (): LogLine[] => lines(given.log).map((line) => JSON.parse(line));

export const replicasOf = (appId: string): string[] =>
  stack
    .parts()
    .filter((name) => name === appId || (name.startsWith(`${appId}-`) && /^\d+$/.test(name.slice(appId.length + 1))));

export const brokerAddress = () => `127.0.0.1:${stack.portOf("kafka")}`;

/** Waits for a condition; a slow machine only makes it wait longer. A question that cannot be asked just now is asked again. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, patienceMs = 240_000): Promise<void> {
  let reason: unknown;
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
    try {
      if (await isSo()) return;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`${what}: not within ${patienceMs / 1_000} s`, { cause: reason });
}
