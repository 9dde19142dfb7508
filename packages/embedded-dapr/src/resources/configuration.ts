import { z } from "zod";

const Operation = z.strictObject({
  name: z.string().min(1),
  httpVerb: z.array(z.string()).default([]),
  action: z.enum(["allow", "deny"]),
});
const AppPolicy = z.strictObject({
  appId: z.string().min(1),
  defaultAction: z.enum(["allow", "deny"]).optional(),
  trustDomain: z.string().min(1),
  namespace: z.string().min(1),
  operations: z.array(Operation).default([]),
});
export const AccessControl = z.strictObject({
  defaultAction: z.enum(["allow", "deny"]).default("deny"),
  trustDomain: z.string().optional(),
  policies: z.array(AppPolicy).default([]),
});
export type AccessControl = z.infer<typeof AccessControl>;

const SecretScope = z.strictObject({
  storeName: z.string().min(1),
  defaultAccess: z.enum(["allow", "deny"]).default("allow"),
  allowedSecrets: z.array(z.string()).default([]),
  deniedSecrets: z.array(z.string()).default([]),
});
export type SecretScope = z.infer<typeof SecretScope>;

/** What the embedded sidecar takes from a Configuration; the other fields are daprd's own affair (mTLS, tracing, metrics, name resolution). */
export const ConfigurationYaml = z.object({
  apiVersion: z.literal("dapr.io/v1alpha1"),
  kind: z.literal("Configuration"),
  metadata: z.looseObject({ name: z.string().min(1) }),
  spec: z.object({
    accessControl: AccessControl.optional(),
    secrets: z.strictObject({ scopes: z.array(SecretScope) }).optional(),
  }),
});

export interface AppConfiguration {
  accessControl: AccessControl | null;
  secretScopes: SecretScope[];
}

/** Later files win field by field, like several `--config` of daprd. */
export function mergeConfigurations(files: z.infer<typeof ConfigurationYaml>[]): AppConfiguration {
  return {
    accessControl: files.findLast(({ spec }) => spec.accessControl)?.spec.accessControl ?? null,
    secretScopes: files.findLast(({ spec }) => spec.secrets)?.spec.secrets?.scopes ?? [],
  };
}
