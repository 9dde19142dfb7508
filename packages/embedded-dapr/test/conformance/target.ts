import type { TestApp } from "../support/test-app.ts";
import type { ResourceFiles } from "../support/write-resources.ts";

export interface Endpoint {
  baseUrl: string;
  apiToken: string;
}

export interface RunningTarget {
  /** Where an app reaches its sidecar. */
  endpoint(appId: string): Endpoint;
  stop(): Promise<void>;
}

/** What the conformance suite runs against. It is written against the Dapr HTTP API and nothing else. */
export interface Target {
  name: string;
  /** The component type of the pub/sub named `pubsub`, with what it needs. */
  pubsub: { type: string; metadata: Record<string, unknown> };
  state: { metadata: Record<string, unknown> };
  /** False where the pub/sub has no keys (in-memory). */
  hasKeys: boolean;
  /** False where callers have no identity (no mTLS). */
  hasIdentities: boolean;
  /** True where a `dapr-*` header that the caller sends does not reach the callee. */
  dropsClaims: boolean;
  /** Starts the apps' sidecars; resolves when messages flow. The apps listen already. */
  start(apps: TestApp[], resources: ResourceFiles): Promise<RunningTarget>;
}
