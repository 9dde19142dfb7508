// Plain JavaScript that Node 20 runs: the only part of Tend that does. It installs what is missing and hands over to Node 26.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { cacheFolder, root } from "./bootstrap/folders.mjs";
import { generateClient } from "./bootstrap/generate.mjs";
import { installPackages } from "./bootstrap/install.mjs";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
const stopped = new AbortController();
for (const signal of signals) process.on(signal, () => stopped.abort(signal));

try {
  const [command = "start", ...args] = process.argv.slice(2);
  const entry = join(root, "tools", `${command.replaceAll(":", "-")}.ts`);
  if (!existsSync(entry)) throw new Fault(`There is no command "${command}".`);
  await installPackages(stopped.signal);
  await generateClient(stopped.signal);
  stopped.signal.throwIfAborted();
  handOver(entry, args);
} catch (error) {
  if (stopped.signal.aborted) process.exitCode = 130;
  else {
    tell(error);
    process.exitCode = 1;
  }
}

/** Runs `entry` under Node 26 in a child that notices when we are gone (the IPC channel closes), and ends as it ends. */
function handOver(/** @type {string} */ entry, /** @type {string[]} */ args) {
  const bin = join(root, "node_modules", ".bin");
  const child = spawn(join(bin, "node"), [entry, ...args], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, "compiled"),
    },
  });
  for (const signal of signals) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", () => {
    tell(
      new Fault(
        "Node 26 from the installed packages does not run here; Tend needs Linux with glibc, or macOS, on x64 or arm64.",
      ),
    );
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGKILL" ? 137 : 1);
    process.disconnect?.();
  });
  stopWithNpm(child);
}

// npm ends on a signal without waiting for us; a supervisor then believes that all of it has ended.
function stopWithNpm(/** @type {import("node:child_process").ChildProcess} */ child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
}
