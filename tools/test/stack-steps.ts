import { journeys, type Step, vitest } from "./steps.ts";

/** On real sidecars and a real broker; each step starts what it needs, and stops it. */
export const stackSteps: Step[] = [
  // Neither how a page looks nor how it is touched depends on the engine: looks.spec.ts and phone.spec.ts are not of this project.
  { ...journeys, command: [...journeys.command, "--project=desktop"], env: { ...journeys.env, TEND_ON: "stack" } },
  vitest("scenarios", "--config=tools/stack/scenarios/vitest.config.ts"),
  { name: "faults", command: ["node", "tools/faults/run.ts", "--on", "stack", "--seconds", "100"] },
  { name: "upgrade", command: ["node", "tools/stack/test/upgrade.ts"] },
  { name: "dead letters", command: ["node", "tools/stack/test/dead-letters.ts"] },
  { name: "cluster events", command: ["node", "tools/stack/test/events-in-a-cluster.ts"] },
  { name: "kafka accounts", command: ["node", "tools/stack/test/kafka-accounts.ts"] },
  { name: "rotation", command: ["node", "tools/stack/test/rotation.ts"] },
  { name: "moving", command: ["node", "tools/stack/test/moving.ts"] },
  { name: "restore", command: ["node", "tools/stack/test/restore.ts"] },
  { name: "trace", command: ["node", "tools/stack/test/trace.ts"] },
];
