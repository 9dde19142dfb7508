import { readFileSync } from "node:fs";
import { messageOf } from "../errors.ts";
import type { SecretScope } from "../resources/configuration.ts";

export interface SecretStore {
  /** Undefined when there is no such secret. */
  get(name: string): Record<string, string> | undefined;
  names(): string[];
  isAllowed(name: string): boolean;
}

/** Dapr's `secretstores.local.file`: nested JSON is flattened to `parent:child`. */
export function openSecretStore(file: string, separator: string, scope: SecretScope | undefined): SecretStore {
  const secrets = new Map<string, string>();
  flatten(readSecrets(file), [], separator, secrets);
  return {
    get: (name) => {
      const value = secrets.get(name);
      return value === undefined ? undefined : { [name]: value };
    },
    names: () => [...secrets.keys()],
    isAllowed: (name) => isAllowed(scope, name),
  };
}

function readSecrets(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`the secrets file ${file} cannot be read: ${messageOf(error)}`);
  }
}

function flatten(value: unknown, path: string[], separator: string, into: Map<string, string>): void {
  if (value !== null && typeof value === "object") {
    for (const [key, child] of Object.entries(value)) flatten(child, [...path, key], separator, into);
  } else into.set(path.join(separator), String(value));
}

/** Allowed ones are all there is as soon as any are named; otherwise the default holds but for the denied. */
function isAllowed(scope: SecretScope | undefined, name: string): boolean {
  if (!scope) return true;
  if (scope.allowedSecrets.length > 0) return scope.allowedSecrets.includes(name);
  if (scope.deniedSecrets.includes(name)) return false;
  return scope.defaultAccess === "allow";
}
