import type { AccessControl } from "../resources/configuration.ts";

type Verbs = ReadonlyMap<string, "allow" | "deny">;

/**
 * Dapr's trie of operations (`pkg/config/acl_trie.go`), its surprises included: children are tried in the order of
 * the file and the first that matches wins; `*` alone matches only a last segment, and its parent too; `a*b` matches
 * within any segment; `**` takes the rest; an operation also takes everything below its own path.
 */
class Node {
  readonly segment: string;
  verbs: Verbs | null;
  readonly children: Node[] = [];

  constructor(segment: string, verbs: Verbs | null) {
    this.segment = segment;
    this.verbs = verbs;
  }

  find(segment: string, isLast: boolean): Node | undefined {
    return this.children.find((child) => {
      if (child.segment === segment) return true;
      if (child.segment === "*") return isLast;
      return child.segment === "**" || matches(segment, child.segment);
    });
  }

  add(path: string[], verbs: Verbs): void {
    const [segment, ...rest] = path as [string, ...string[]];
    const existing = this.children.find((child) => child.segment === segment);
    const child = existing ?? new Node(segment, null);
    if (!existing) this.children.push(child);
    if (rest.length > 0) child.add(rest, verbs);
    else child.verbs ??= verbs;
  }

  search(path: string[]): Verbs | null {
    let node: Node | undefined = this;
    for (const [index, segment] of path.entries()) {
      const isLast = index === path.length - 1;
      node = node?.find(segment, isLast);
      if (!node) return null;
      if (node.verbs && (isLast || node.segment !== "*")) return node.verbs;
      if (isLast) return node.find("*", true)?.verbs ?? null;
    }
    return null;
  }
}

function matches(text: string, pattern: string): boolean {
  if (!pattern.includes("*")) return false;
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(text);
}

function split(path: string): string[] {
  return path.toLowerCase().replace(/^\//, "").split("/");
}

export type IsAllowed = (caller: string, verb: string, path: string) => boolean;

/** Whether `caller` may ask the app whose configuration this is. No access control allows everything, as in Dapr. */
export function createAccessPolicy(accessControl: AccessControl | null): IsAllowed {
  if (!accessControl) return () => true;
  const apps = new Map(
    accessControl.policies.map((policy) => {
      const root = new Node("", null);
      for (const { name, httpVerb, action } of policy.operations) {
        root.add(split(name), new Map(httpVerb.map((verb) => [verb, action])));
      }
      return [policy.appId, { root, fallback: policy.defaultAction ?? accessControl.defaultAction }];
    }),
  );
  return (caller, verb, path) => {
    const app = apps.get(caller);
    if (!app) return accessControl.defaultAction === "allow";
    const verbs = app.root.search(split(path));
    return (verbs?.get(verb) ?? verbs?.get("*") ?? app.fallback) === "allow";
  };
}
