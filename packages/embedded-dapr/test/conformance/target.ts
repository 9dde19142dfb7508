import type { TestApp } from "../support/test-app.ts";
import type { ResourceFiles } from "../support/write-resources.ts";

export interface Endpoint {
  baseUrl: string;
  apiToken: string;
}

export interface RunningTarget {
  /** Where an app reaches its sidecar now; after `resume` it may be elsewhere. */
  endpoint(appId: string): Endpoint;
  /** Resolves when the app's sidecar is gone. */
  kill(appId: string, signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again, on the same broker and stores. */
  resume(appId: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the conformance suite runs against. It is written against the Dapr HTTP API and nothing else. */
export interface Target {
  name: string;
  /** What the pub/sub components need here besides what the cases say of them. */
  pubsub: Record<string, unknown>;
  /** Starts the apps' sidecars; resolves when messages flow. The apps listen already. */
  start(apps: TestApp[], resources: ResourceFiles): Promise<RunningTarget>;
}
