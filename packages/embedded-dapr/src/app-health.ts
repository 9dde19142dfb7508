import http from "node:http";
import type { Socket } from "node:net";
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
  /** Milliseconds between health checks of an app that is well. */
  pollEvery: number;
}

const pollWhileDown = 100;
/** Failed checks in a row after which an app that still listens counts as unhealthy. */
const threshold = 3;

/** Watches one app. Its channel's gate is open while the app can be given work. */
export class AppHealth {
  readonly #options: HealthOptions;
  readonly #stopping = new AbortController();
  /** Checks have a connection of their own, whose end tells at once that the app is gone or was restarted. */
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #watched = new WeakSet<Socket>();
  #hasLostConnection = false;
  #soon = new AbortController();

  constructor(options: HealthOptions) {
    this.#options = options;
    options.channel.onConnectionFailure = () => this.#suspect();
    this.#agent.on("free", (socket: Socket) => this.#watchConnection(socket));
  }

  /** Resolves when the app has answered its readiness check with 2xx; also when stopped. */
  async ready(): Promise<void> {
    const { readyPath } = this.#options;
    while (!this.isStopped && !(await this.#probe(readyPath))) await this.#pause(pollWhileDown);
  }

  /** Opens the gate, and keeps it in step with the app's liveness until stopped. */
  watch(): void {
    this.#hasLostConnection = false;
    this.#set(true);
    void this.#poll();
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  stop(): void {
    this.#stopping.abort();
    this.#soon.abort();
    this.#agent.destroy();
  }

  async #poll(): Promise<void> {
    const { channel, livePath, pollEvery } = this.#options;
    let failures = 0;
    for (;;) {
      await this.#pause(channel.healthy.isOpen ? pollEvery : pollWhileDown);
      if (this.isStopped) return;
      const wasLost = this.#hasLostConnection;
      this.#hasLostConnection = false;
      const alive = await this.#probe(livePath);
      failures = alive ? 0 : failures + 1;
      if (!alive && (wasLost || failures >= threshold)) this.#set(false);
      if (alive && !channel.healthy.isOpen) this.#set(true);
    }
  }

  /** A refused or broken connection closes the gate at once; the poll opens it again. */
  #suspect(): void {
    if (!this.#options.channel.healthy.isOpen) return;
    this.#set(false);
    this.#soon.abort();
  }

  #watchConnection(socket: Socket): void {
    if (this.#watched.has(socket)) return;
    this.#watched.add(socket);
    socket.once("close", () => {
      this.#hasLostConnection = true;
      this.#soon.abort();
    });
  }

  #set(healthy: boolean): void {
    const { channel, logger, metrics } = this.#options;
    channel.failedHealth = !healthy;
    if (channel.healthy.isOpen === healthy) return;
    metrics.appHealthy.set({ app_id: channel.appId }, healthy ? 1 : 0);
    logger[healthy ? "info" : "warn"](
      { app_id: channel.appId },
      healthy ? "the app is healthy" : "the app is unhealthy",
    );
    if (healthy) channel.healthy.open();
    else channel.healthy.close();
  }

  async #probe(path: string): Promise<boolean> {
    try {
      const { status } = await this.#options.channel.request({
        method: "GET",
        path,
        timeout: 5_000,
        agent: this.#agent,
      });
      return status >= 200 && status <= 299;
    } catch {
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#soon.signal.aborted && !this.isStopped) this.#soon = new AbortController();
    await sleep(ms, undefined, { signal: this.#soon.signal }).catch(() => {});
  }
}
