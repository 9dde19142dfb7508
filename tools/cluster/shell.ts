import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { Fault } from "../bootstrap/fault.mjs";
import { root } from "../bootstrap/folders.mjs";

export type Call = {
  /** Goes to the program's standard input; never printed. */
  input?: string;
  /** The answer is wanted, not shown. */
  quiet?: boolean;
  /** A call that may fail, such as one that asks whether something is there. */
  mayFail?: boolean;
};
/** Says each call before it makes it, so that everything can be done by hand as well. */
export type Shell = {
  isDry: boolean;
  say(line: string): void;
  run(program: string, args: string[], call?: Call): Promise<string>;
  /** A program that goes on, such as a forwarded port. */
  keep(program: string, args: string[]): ChildProcess | undefined;
};

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
const lineOf = (program: string, args: string[]) => `$ ${[program, ...args].map(quoted).join(" ")}`;

type ShellOptions = {
  isDry: boolean;
  say?: (line: string) => void;
  /** Default: ours. */
  env?: NodeJS.ProcessEnv;
};

export function createShell({ isDry, say = console.log, env = process.env }: ShellOptions): Shell {
  return {
    isDry,
    say,
    async run(program, args, call = {}) {
      say(`${lineOf(program, args)}${call.input === undefined ? "" : " <<< (not shown)"}`);
      return isDry ? "" : make(program, args, call, env);
    },
    keep(program, args) {
      say(lineOf(program, args));
      return isDry ? undefined : spawn(program, args, { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
    },
  };
}

async function make(program: string, args: string[], call: Call, env: NodeJS.ProcessEnv): Promise<string> {
  const { input, quiet, mayFail } = call;
  const child = spawn(program, args, {
    cwd: root,
    env,
    stdio: ["pipe", quiet ? "pipe" : "inherit", mayFail ? "ignore" : "inherit"],
  });
  child.stdin?.on("error", () => {}).end(input ?? "");
  const output = child.stdout ? text(child.stdout) : Promise.resolve("");
  const code = await new Promise<number | null>((resolve, reject) =>
    child
      .once("error", () =>
        reject(new Fault(`${program} is not here: install it (docs/operations.md says what is needed).`)),
      )
      .once("exit", resolve),
  );
  if (code !== 0 && !mayFail)
    throw new Fault(
      `${program} failed (code ${code}); nothing after it was done. The same command may be given again.`,
    );
  return output;
}
