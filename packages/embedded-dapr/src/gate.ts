/** Lets waiters through while it is open. */
export class Gate {
  #isOpen = false;
  #waiting = new Set<() => void>();
  #opened = new Set<() => void>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const go of waiting) go();
    for (const listener of [...this.#opened]) listener();
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Resolves when open, at once if it is; also when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (this.#isOpen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener("abort", go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener("abort", go, { once: true });
    });
  }

  /** Sleeps `ms` milliseconds, less when the gate opens anew or the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#opened.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#opened.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
