import { beforeAll, describe, expect, it } from "vitest";
import { findNamed, type Json } from "../../kube/manifest.ts";
import { canRender, render } from "../../kube/render.ts";
import { podFrom, showEvents } from "../commands/events.ts";
import type { Shell } from "../shell.ts";

/** A cluster with this CronJob, whose pods end with that code, or else never: then this happens meanwhile. */
function clusterWith(cronJob: Json, code: string, meanwhile?: () => void) {
  const calls: string[] = [];
  const shell: Shell = {
    isDry: false,
    say: () => {},
    run: async (_program, args, call) => {
      calls.push(
        [call?.input === undefined ? "" : JSON.parse(call.input).spec.containers[0].args.join("+"), ...args].join(" "),
      );
      if (meanwhile && args.includes("wait")) {
        meanwhile();
        return Promise.withResolvers<never>().promise;
      }
      if (args.includes("cronjob/events")) return JSON.stringify(cronJob);
      return args.some((arg) => arg.startsWith("jsonpath=")) ? code : "";
    },
    keep: () => undefined,
  };
  return {
    shell,
    did: () =>
      calls.map((line) =>
        line
          .replace(/-n todo-app /, "")
          .trim()
          .replace(/ (?:pod\/|-).*/, ""),
      ),
  };
}

describe.skipIf(!(await canRender()))("npm run cluster:events", () => {
  let cronJob: Json;
  beforeAll(async () => {
    cronJob = findNamed(await render("k8s/overlays/prod-managed"), "CronJob", "events") ?? null;
  });

  it("makes the CronJob's pod with other arguments, says what it said, and takes it away", async () => {
    const { shell, did } = clusterWith(cronJob, "0");
    await showEvents(shell, ["retry", "task-events-dead-letters/1/0"]);
    expect(did()).toEqual([
      "get cronjob/events",
      "retry+task-events-dead-letters/1/0 create",
      "wait",
      "logs",
      "get",
      "delete",
    ]);
  });

  it("fails when it failed, with what Kubernetes noted, and takes the pod away all the same", async () => {
    const { shell, did } = clusterWith(cronJob, "2");
    await expect(showEvents(shell, [])).rejects.toThrow("could not be done");
    expect(did().slice(-3)).toEqual(["get", "events", "delete"]);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("takes the pod away at %s", async (signal) => {
    const listening = process.listenerCount(signal);
    const { shell, did } = clusterWith(cronJob, "0", () => {
      if (process.listenerCount(signal) > listening) process.emit(signal);
    });
    await expect(showEvents(shell, ["retry"])).rejects.toThrow("Interrupted");
    expect(did().slice(-2)).toEqual(["wait", "delete"]);
    expect(process.listenerCount(signal)).toBe(listening);
  });

  it("asks what is meant before it makes anything", async () => {
    const { shell, did } = clusterWith(cronJob, "0");
    for (const words of [["show"], ["resend"], ["constructor"], ["list", "x"]])
      await expect(showEvents(shell, words), words.join()).rejects.toThrow("Say `npm run cluster:events`");
    expect(did()).toEqual([]);
  });

  it("a pod has the place's image, labels that open the network, and its own secrets", () => {
    const pod = podFrom(cronJob, "events-1", ["list"]);
    expect(pod.metadata.labels).toMatchObject({ "tend/kafka": "true", "tend/postgres": "true" });
    expect(JSON.stringify(pod)).toMatch(/tend\/services:\d/);
    expect(JSON.stringify(pod)).toContain('"optional":true,"secretName":"postgres-ca"');
  });
});
