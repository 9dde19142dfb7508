import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EmbeddedDaprConfig } from "../../src/index.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** The sidecar as a process of its own, so that it can be killed. */
export class ChildSidecar {
  readonly #child: ChildProcess;
  readonly ports: Promise<Record<string, number>>;
  readonly ready: Promise<void>;
  readonly exited: Promise<number | null>;
  errors = "";

  constructor(config: EmbeddedDaprConfig) {
    const env = { ...process.env, EMBEDDED_DAPR: JSON.stringify({ logLevel: "fatal", ...config }) };
    this.#child = fork(main, { env, stdio: ["ignore", "inherit", "pipe", "ipc"], execArgv: [] });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.ports = this.#message("listening");
    this.ready = this.#message("ready");
    for (const promise of [this.ports, this.ready]) promise.catch(() => {});
  }

  async signal(name: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    this.#child.kill(name);
    return this.exited;
  }

  #message<T>(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#child.on("message", (message) => {
        if (key in (message as object)) resolve((message as Record<string, T>)[key]!);
      });
      this.#child.once("exit", () => reject(new Error(`the sidecar ended: ${this.errors}`)));
    });
  }
}
