import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { AppChannel } from "./app-channel.ts";
import type { Metrics } from "./metrics.ts";

export interface HealthOptions {
  channel: AppChannel;
  logger: Logger;
  metrics: Metrics;
  readyPath: string;
  livePath: string;
  /** Runs each time an unhealthy app is back, before it gets work. */
  onRecovered(): Promise<void>;
}

const pollEvery = 1_000;
const pollWhileDown = 100;
const threshold = 3;

/** Watches one app. Its channel's gate is open while the app can be given work. */
export class AppHealth {
  readonly #options: HealthOptions;
  readonly #stopping = new AbortController();
  #soon = new AbortController();

  constructor(options: HealthOptions) {
    this.#options = options;
    options.channel.onConnectionFailure = () => this.#suspect();
  }

  /** Resolves when the app has answered its readiness check with 200; also when stopped. */
  async ready(): Promise<void> {
    const { channel, readyPath } = this.#options;
    while (!this.#stopping.signal.aborted && !(await this.#probe(channel, readyPath))) await this.#pause(pollWhileDown);
  }

  /** Opens the gate, and keeps it in step with the app's liveness until stopped. */
  watch(): void {
    this.#set(true);
    void this.#poll();
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  stop(): void {
    this.#stopping.abort();
    this.#soon.abort();
  }

  async #poll(): Promise<void> {
    const { channel, livePath } = this.#options;
    let failures = 0;
    for (;;) {
      await this.#pause(channel.healthy.isOpen ? pollEvery : pollWhileDown);
      if (this.#stopping.signal.aborted) return;
      const alive = await this.#probe(channel, livePath);
      failures = alive ? 0 : failures + 1;
      if (!alive && failures >= threshold) this.#set(false);
      if (alive && !channel.healthy.isOpen) await this.#recover();
    }
  }

  async #recover(): Promise<void> {
    const { onRecovered, logger, channel } = this.#options;
    try {
      await onRecovered();
      this.#set(true);
    } catch (error) {
      logger.warn({ app_id: channel.appId, err: error }, "the app is back but cannot be given work yet");
    }
  }

  /** A refused or broken connection closes the gate at once; the poll opens it again. */
  #suspect(): void {
    if (!this.#options.channel.healthy.isOpen) return;
    this.#set(false);
    this.#soon.abort();
  }

  #set(healthy: boolean): void {
    const { channel, logger, metrics } = this.#options;
    if (channel.healthy.isOpen === healthy) return;
    metrics.appHealthy.set({ app_id: channel.appId }, healthy ? 1 : 0);
    logger[healthy ? "info" : "warn"](
      { app_id: channel.appId },
      healthy ? "the app is healthy" : "the app is unhealthy",
    );
    channel.failedHealth = !healthy;
    if (healthy) channel.healthy.open();
    else channel.healthy.close();
  }

  async #probe(channel: AppChannel, path: string): Promise<boolean> {
    try {
      const { status } = await channel.request({ method: "GET", path, timeout: 5_000 });
      return status >= 200 && status <= 299;
    } catch {
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#soon.signal.aborted && !this.#stopping.signal.aborted) this.#soon = new AbortController();
    await sleep(ms, undefined, { signal: this.#soon.signal }).catch(() => {});
  }
}
