import { parseArgs } from "node:util";

/** `npm run bench -- --tasks 1000000 --seconds 5 --only requests` */
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
};

export function readOptions(): Options {
  const number = (text: string | undefined, name: string) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} must be a number above 0`);
    return value;
  };
  const { values } = parseArgs({
    options: {
      tasks: { type: "string", default: "300000" },
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "3" },
      connections: { type: "string", default: "10" },
      backlog: { type: "string", default: "50000" },
      reminders: { type: "string", default: "2000" },
      only: { type: "string", default: "" },
    },
  });
  return {
    tasks: Math.max(number(values.tasks, "tasks"), 100_000),
    seconds: number(values.seconds, "seconds"),
    rounds: number(values.rounds, "rounds"),
    connections: number(values.connections, "connections"),
    backlog: number(values.backlog, "backlog"),
    reminders: number(values.reminders, "reminders"),
    only: values.only.split(",").filter(Boolean),
  };
}
