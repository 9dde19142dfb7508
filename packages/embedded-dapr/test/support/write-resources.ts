import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

export interface ResourceFiles {
  components: object[];
  subscriptions?: object[];
  resiliency?: object;
  configuration?: object;
  apps?: Record<string, object>;
  secrets?: object;
}

export interface WrittenResources {
  resourcesPath: string;
  secretsFile: string;
}

export function component(
  name: string,
  type: string,
  metadata: Record<string, unknown> = {},
  scopes?: string[],
): object {
  return {
    apiVersion: "dapr.io/v1alpha1",
    kind: "Component",
    metadata: { name },
    spec: {
      type,
      version: type === "state.postgresql" ? "v2" : "v1",
      metadata: Object.entries(metadata).map(([key, value]) =>
        value !== null && typeof value === "object" ? { name: key, ...value } : { name: key, value },
      ),
    },
    ...(scopes ? { scopes } : {}),
  };
}

/** A subscription of the apps named in `scopes`, by file. */
export function declared(topic: string, spec: object = {}, scopes: string[] = ["app"]): object {
  const usual = { pubsubname: "pubsub", topic, routes: { default: `/${topic}` }, deadLetterTopic: `${topic}-dead` };
  return {
    apiVersion: "dapr.io/v2alpha1",
    kind: "Subscription",
    metadata: { name: `${scopes.join("-")}-${topic}` },
    spec: { ...usual, ...spec },
    scopes,
  };
}

export function configuration(name: string, spec: object): object {
  return { apiVersion: "dapr.io/v1alpha1", kind: "Configuration", metadata: { name }, spec };
}

export function resiliency(spec: object): object {
  return { apiVersion: "dapr.io/v1alpha1", kind: "Resiliency", metadata: { name: "resiliency" }, spec };
}

/** A constant retry for the pub/sub component `pubsub`; `ms` between attempts. */
export function retrying(maxRetries: number, ms = 10): object {
  return resiliency({
    policies: { retries: { delivery: { policy: "constant", duration: `${ms}ms`, maxRetries } } },
    targets: { components: { pubsub: { inbound: { retry: "delivery" } } } },
  });
}

/** Writes the folder that a sidecar reads. */
export function writeResources({ components, secrets, ...files }: ResourceFiles): WrittenResources {
  const folder = mkdtempSync(join(tmpdir(), "dapr-"));
  mkdirSync(join(folder, "components"));
  mkdirSync(join(folder, "apps"));
  mkdirSync(join(folder, "subscriptions"));
  const write = (path: string, content: object | undefined) => {
    if (content) writeFileSync(join(folder, path), stringify(content));
  };
  for (const [index, content] of components.entries()) write(`components/${index}.yaml`, content);
  // Sidecars read files in the order of their names.
  for (const [index, content] of (files.subscriptions ?? []).entries())
    write(`subscriptions/${String(index).padStart(3, "0")}.yaml`, content);
  write("resiliency.yaml", files.resiliency);
  write("config.yaml", files.configuration);
  for (const [appId, content] of Object.entries(files.apps ?? {})) write(`apps/${appId}.yaml`, content);
  const secretsFile = join(folder, "secrets.json");
  writeFileSync(secretsFile, JSON.stringify(secrets ?? {}));
  return { resourcesPath: folder, secretsFile };
}
