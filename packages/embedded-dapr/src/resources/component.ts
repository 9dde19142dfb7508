import { z } from "zod";

const MetadataItem = z.strictObject({
  name: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  secretKeyRef: z.strictObject({ name: z.string().min(1), key: z.string().optional() }).optional(),
  envRef: z.string().optional(),
});

export const ComponentYaml = z.strictObject({
  apiVersion: z.literal("dapr.io/v1alpha1"),
  kind: z.literal("Component"),
  metadata: z.looseObject({ name: z.string().min(1) }),
  auth: z.strictObject({ secretStore: z.string() }).optional(),
  scopes: z.array(z.string()).optional(),
  spec: z.strictObject({
    type: z.string().min(1),
    version: z.string(),
    ignoreErrors: z.boolean().optional(),
    initTimeout: z.string().optional(),
    metadata: z.array(MetadataItem),
  }),
});

const supported = ["pubsub.kafka", "state.postgresql", "secretstores.local.file", "bindings.cron"] as const;
export type ComponentType = (typeof supported)[number];

export interface Component {
  name: string;
  type: ComponentType;
  version: string;
  /** Lower-cased names, as Dapr ignores their case. Values from secrets and the environment are left out: embedded, nothing needs them. */
  metadata: Map<string, string>;
  /** App ids that see the component; null is all. */
  scopes: ReadonlySet<string> | null;
}

export function toComponent(yaml: z.infer<typeof ComponentYaml>): Component {
  const { type, version, metadata } = yaml.spec;
  if (!supported.includes(type as ComponentType)) {
    throw new Error(`component type ${type} is not known to the embedded sidecar, which has ${supported.join(", ")}`);
  }
  if (type === "state.postgresql" && version !== "v2") throw new Error("state.postgresql must say version: v2");
  const values = metadata.flatMap(({ name, value }) =>
    value === undefined ? [] : [[name.toLowerCase(), String(value)] as const],
  );
  return {
    name: yaml.metadata.name,
    type: type as ComponentType,
    version,
    metadata: new Map(values),
    scopes: yaml.scopes?.length ? new Set(yaml.scopes) : null,
  };
}

export function isInScope(component: Component, appId: string): boolean {
  return component.scopes === null || component.scopes.has(appId);
}
