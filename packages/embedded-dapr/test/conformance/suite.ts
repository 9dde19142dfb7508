import { until } from "@tend/service-kit/testing";
import type { SidecarClient } from "../support/sidecar-client.ts";
import type { TestApp } from "../support/test-app.ts";
import type { RunningTarget } from "./target.ts";

export interface Suite {
  target: RunningTarget;
  /** Takes what is published; may be invoked by `caller`. */
  app: TestApp;
  caller: TestApp;
  /** Known to no policy. */
  stranger: TestApp;
  /** Speaks as `app`. */
  client: SidecarClient;
}

/** Resolves with all that came to a path, once `count` did. */
export async function arrive(app: TestApp, path: string, count = 1) {
  return until(() => (app.at(path).length >= count ? app.at(path) : null), 30);
}
