import { connectionBytes, connectionsOf, otherConnections } from "../connections.ts";
import { asList, asText, at, type Json, type Manifest, named, ofKind, podOf } from "../manifest.ts";
import { quantity } from "../quantity.ts";
import { componentsOf } from "./dapr.ts";
import { mostPods } from "./scaling.ts";

/** A database lets in every pool of all replicas at once, as after an outage, and has the memory for it. */
export function checkConnections(all: readonly Manifest[]): string[] {
  return [
    ...stateStores(all)
      .filter((store) => !(boundOf(store) > 0))
      .map((store) => `${named(store)}: has no maxConns, and opens as many connections as its node has processors`),
    ...ofKind(all, "Cluster").flatMap((cluster) =>
      checkCluster(cluster, all).map((fault) => `${named(cluster)}: ${fault}`),
    ),
  ];
}

/** Connections that a database has to let in for what is applied at one place. */
export function connectionsNeeded(all: readonly Manifest[]): number {
  const ofDeployments = ofKind(all, "Deployment").map((deployment) => {
    const appId = asText(at(podOf(deployment), "metadata", "annotations", "dapr.io/app-id"));
    const ofSidecar = appId ? stateStores(componentsOf(appId, all)).map(boundOf) : [];
    return mostPods(deployment, all) * ofSidecar.reduce((sum, bound) => sum + bound, connectionsOf.get(appId) ?? 0);
  });
  return ofDeployments.reduce((sum, connections) => sum + connections, otherConnections);
}

const stateStores = (components: readonly Manifest[]) =>
  ofKind(components, "Component").filter((component) => at(component, "spec", "type") === "state.postgresql");
const boundOf = (store: Manifest): number => {
  const field = asList(at(store, "spec", "metadata")).find((one) => at(one, "name") === "maxConns");
  return Number(at(field, "value") ?? 0);
};

function checkCluster(cluster: Manifest, all: readonly Manifest[]): string[] {
  const parameter = (name: string): Json | undefined => at(cluster, "spec", "postgresql", "parameters", name);
  // PostgreSQL's own, where nothing is said.
  const letsIn = Number(parameter("max_connections") ?? 100);
  const needed = connectionsNeeded(all);
  const shared = quantity(asText(parameter("shared_buffers") ?? "128MB").replace(/B$/, "i")) ?? 0;
  const memory = quantity(at(cluster, "spec", "resources", "limits", "memory")) ?? 0;
  const faults: string[] = [];
  if (!(letsIn >= needed)) faults.push(`lets in ${letsIn} connections, and all replicas together may open ${needed}`);
  if (memory < letsIn * connectionBytes + shared)
    faults.push(`its memory is too little for shared_buffers and ${letsIn} connections`);
  return faults;
}
