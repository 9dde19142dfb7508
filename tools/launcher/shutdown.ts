/** Steps that undo what has been started, run once, the last one first; all of them end within `limitMs`. */
export class Shutdown {
  readonly #steps: (() => Promise<void> | void)[] = [];
  readonly #limitMs: number;
  #running: Promise<void> | undefined;
  /** Aborted when the stop begins: what still waits gives up. */
  readonly #begun = new AbortController();

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll() {
    this.#begun.abort();
    // PostgreSQL's guard ends it even then.
    const limit = setTimeout(() => process.exit(1), this.#limitMs).unref();
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`While stopping: ${error instanceof Error ? error.message : error}\n`);
      }
    }
    clearTimeout(limit);
  }
}
