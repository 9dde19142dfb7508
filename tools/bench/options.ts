import { parseArgs } from "node:util";

/** `npm run bench -- --tasks 1000000 --seconds 5 --only requests`, `npm run bench -- --stack --backlog 100000` */
export type Options = {
  /** Tasks in the whole installation, 100,000 of them the measured account's. */
  tasks: number;
  /** Of each round of each side; there are `rounds` of both, in turn. */
  seconds: number;
  rounds: number;
  connections: number;
  /** Events that wait while the sidecar stands still. */
  backlog: number;
  /** Reminders of the same second. */
  reminders: number;
  /** Names of sections; empty: all. */
  only: string[];
  /** Instead of the sections: embedded and real Dapr with Kafka beside each other. */
  stack: boolean;
};

export function readOptions(): Options {
  const number = (text: string | undefined, name: string) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0`);
    return value;
  };
  const { values } = parseArgs({
    options: {
      tasks: { type: "string" },
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "3" },
      connections: { type: "string", default: "10" },
      backlog: { type: "string" },
      reminders: { type: "string", default: "2000" },
      only: { type: "string", default: "" },
      stack: { type: "boolean", default: false },
    },
  });
  return {
    tasks: Math.max(number(values.tasks ?? (values.stack ? "100000" : "300000"), "tasks"), 100_000),
    seconds: number(values.seconds, "seconds"),
    rounds: number(values.rounds, "rounds"),
    connections: number(values.connections, "connections"),
    backlog: number(values.backlog ?? (values.stack ? "100000" : "50000"), "backlog"),
    reminders: number(values.reminders, "reminders"),
    only: values.only.split(",").filter(Boolean),
    stack: values.stack,
  };
}
