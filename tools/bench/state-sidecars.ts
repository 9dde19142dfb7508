import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDapr, type StateStore } from "@tend/service-kit";
import { answers, startChild } from "../launcher/child.ts";
import { freePort } from "../launcher/free-port.ts";
import { buildDapr } from "../stack/programs.ts";
import type { Probe } from "./probe.ts";

/** The same state, in the same table, by one sidecar or the other. */
export type StateSide = { name: string; state: StateStore; getMany(keys: string[]): Promise<void> };
type Endpoint = { port: number; apiToken: string };

export const embeddedState = ({ app: { httpPort, apiToken } }: Probe): StateSide =>
  stateSide("embedded sidecar", { port: httpPort, apiToken });

function stateSide(name: string, { port, apiToken }: Endpoint): StateSide {
  const endpoint = `http://127.0.0.1:${port}`;
  const headers = { "dapr-api-token": apiToken, "content-type": "application/json" };
  return {
    name,
    state: createDapr({ endpoint, apiToken }).state,
    async getMany(keys) {
      const body = JSON.stringify({ keys, parallelism: 10 });
      const response = await fetch(`${endpoint}/v1.0/state/statestore/bulk`, { method: "POST", headers, body });
      const found = (await response.json()) as { data?: unknown }[];
      if (found.filter(({ data }) => data !== undefined).length !== keys.length)
        throw new Error(`${name}: bulk get found too little`);
    },
  };
}

type Parts = { probe: Probe; databaseUrl: string; tell: (line: string) => void };

/** Real daprd on the same database, for as long as `work` takes; it is built on first use. */
export async function withDaprd(
  { probe, databaseUrl, tell }: Parts,
  work: (side: StateSide) => Promise<void>,
): Promise<void> {
  const { daprd } = await buildDapr({ tell, signal: new AbortController().signal });
  const folder = mkdtempSync(join(tmpdir(), "tend-bench-daprd-"));
  const [port, grpc, internal, open, metrics] = await Promise.all(Array.from({ length: 5 }, freePort));
  const { appId, apiToken } = probe.app;
  const local = "127.0.0.1";
  const args = [
    ...[
      "--app-id",
      appId,
      "--mode",
      "standalone",
      "--log-level",
      "error",
      "--resources-path",
      resources(folder, databaseUrl),
    ],
    ...["--dapr-listen-addresses", local, "--dapr-http-port", port, "--dapr-grpc-port", grpc],
    ...["--dapr-internal-grpc-listen-address", local, "--dapr-internal-grpc-port", internal],
    ...["--dapr-public-listen-address", local, "--dapr-public-port", open],
    ...["--metrics-listen-address", local, "--metrics-port", metrics],
  ];
  const child = await startChild({
    ...{ name: "daprd", program: daprd, args: args.map(String), quiet: true, tell, onStart: () => {} },
    env: { DAPR_HOST_IP: local, DAPR_API_TOKEN: apiToken },
    isReady: answers(`http://${local}:${port}/v1.0/healthz/outbound`),
  });
  try {
    await work(stateSide("daprd", { port: port ?? 0, apiToken }));
  } finally {
    await child.stop(5_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

function resources(folder: string, connectionString: string): string {
  const path = join(folder, "resources");
  mkdirSync(path);
  const component = {
    apiVersion: "dapr.io/v1alpha1",
    kind: "Component",
    metadata: { name: "statestore" },
    spec: {
      type: "state.postgresql",
      version: "v2",
      metadata: [{ name: "connectionString", value: connectionString }],
    },
  };
  // JSON is YAML.
  writeFileSync(join(path, "statestore.yaml"), JSON.stringify(component), { mode: 0o600 });
  return path;
}
