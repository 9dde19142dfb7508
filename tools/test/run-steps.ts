import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../bootstrap/folders.mjs";
import type { Counts, Step } from "./steps.ts";

export type Result = Counts & { name: string; ms: number };

/** One after the other; a step that fails does not stop the others. */
export async function runSteps(steps: Step[], env: NodeJS.ProcessEnv): Promise<Result[]> {
  const results: Result[] = [];
  for (const step of steps) {
    console.log(`\n── ${step.name}`);
    const start = performance.now();
    const isOk = await run(step, env);
    results.push({ name: step.name, ...countsOf(step, isOk), ms: performance.now() - start });
  }
  return results;
}

async function run({ command, env: more }: Step, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...env, ...more } });
  const [code] = (await Promise.race([once(child, "exit"), once(child, "error").then(() => [1])])) as [number | null];
  return code === 0;
}

/** A step whose report is missing, or says nothing failed although the step did, has failed once. */
function countsOf({ counts }: Step, isOk: boolean): Counts {
  try {
    const { passed, failed } = counts?.() ?? { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1 };
    if (passed + failed === 0) return { passed: 0, failed: 1 };
    return { passed, failed: isOk ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
