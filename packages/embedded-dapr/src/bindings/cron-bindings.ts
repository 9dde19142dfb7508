import type { AppContext } from "../app-context.ts";
import { messageOf } from "../errors.ts";
import type { Component } from "../resources/component.ts";
import { childOf } from "../traceparent.ts";
import { checkSchedule, type Schedule, startSchedule } from "./schedule.ts";

/** One app's ticks. A tick while the app is unhealthy is lost, as in daprd. */
export class CronBindings {
  readonly #context: AppContext;
  #schedules: Schedule[] = [];

  constructor(context: AppContext) {
    this.#context = context;
    for (const component of this.#components()) {
      const schedule = component.metadata.get("schedule");
      try {
        checkSchedule(schedule ?? "");
      } catch (error) {
        throw new Error(
          `the schedule "${schedule}" of the binding ${component.name} cannot be read: ${messageOf(error)}`,
        );
      }
    }
  }

  async start(): Promise<void> {
    for (const component of this.#components()) {
      if (!(await this.#isWanted(component))) continue;
      this.#schedules.push(startSchedule(component.metadata.get("schedule")!, () => void this.#tick(component)));
    }
  }

  stop(): void {
    for (const schedule of this.#schedules) schedule.stop();
    this.#schedules = [];
  }

  #components(): Component[] {
    return this.#context.components.filter(({ type }) => type === "bindings.cron");
  }

  /** `direction: input` saves asking the app. */
  async #isWanted(component: Component): Promise<boolean> {
    const directions = component.metadata.get("direction")?.toLowerCase().split(",");
    if (directions) return directions.some((direction) => direction.trim() === "input");
    const { channel, logger } = this.#context;
    const request = { method: "OPTIONS", path: route(component), timeout: 10_000 };
    const status = await channel.request(request).then(
      (answer) => answer.status,
      () => 0,
    );
    const wanted = (status >= 200 && status <= 299) || status === 405;
    if (!wanted) logger.info({ binding: component.name }, "the app has not subscribed to the binding");
    return wanted;
  }

  async #tick(component: Component): Promise<void> {
    const { appId, channel, logger, metrics } = this.#context;
    const labels = { app_id: appId, binding: component.name };
    if (!channel.healthy.isOpen) return metrics.ticks.inc({ ...labels, outcome: "lost" });
    const headers = {
      "content-type": "application/json",
      traceparent: childOf(undefined),
      readtimeutc: new Date().toISOString(),
    };
    try {
      const { status } = await channel.request({ method: "POST", path: route(component), headers, body: "" });
      metrics.ticks.inc({ ...labels, outcome: status < 400 ? "ok" : "failed" });
      if (status >= 400) logger.warn({ binding: component.name, status }, "a tick failed");
    } catch (error) {
      metrics.ticks.inc({ ...labels, outcome: "failed" });
      logger.warn({ binding: component.name, reason: messageOf(error) }, "a tick failed");
    }
  }
}

function route({ name, metadata }: Component): string {
  const path = metadata.get("route") ?? name;
  return path.startsWith("/") ? path : `/${path}`;
}
