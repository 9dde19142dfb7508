import { asList, asText, at, findNamed, type Json, type Manifest, named, ofKind } from "../manifest.ts";

/** What is copied has a place to go, and what is restored comes from another than it is copied to. */
export function checkBackups(all: readonly Manifest[]): string[] {
  const clusters = ofKind(all, "Cluster");
  const scheduled = ofKind(all, "ScheduledBackup").filter(
    (backup) => !findNamed(all, "Cluster", asText(at(backup, "spec", "cluster", "name"))),
  );
  return [
    ...scheduled.map((backup) => `${named(backup)}: copies a database that there is not`),
    ...clusters.flatMap((cluster) =>
      [...checkStores(cluster, all), ...checkRecovery(cluster)].map((fault) => `${named(cluster)}: ${fault}`),
    ),
  ];
}

const parameter = (plugin: Json | undefined, name: string) => asText(at(plugin, "parameters", name));

function checkStores(cluster: Manifest, all: readonly Manifest[]): string[] {
  const origins = asList(at(cluster, "spec", "externalClusters")).map((origin) => at(origin, "plugin") ?? null);
  const stores = [...asList(at(cluster, "spec", "plugins")), ...origins].map((plugin) =>
    parameter(plugin, "barmanObjectName"),
  );
  return stores
    .filter((name) => !findNamed(all, "ObjectStore", name))
    .map((name) => `names the object store "${name}", which there is not`);
}

function checkRecovery(cluster: Manifest): string[] {
  const recovery = at(cluster, "spec", "bootstrap", "recovery");
  if (recovery === undefined) return [];
  const source = asText(at(recovery, "source"));
  const origin = asList(at(cluster, "spec", "externalClusters")).find((one) => at(one, "name") === source);
  if (origin === undefined) return [`is restored from ${source}, which spec.externalClusters does not name`];
  const from = parameter(at(origin, "plugin"), "serverName") || source;
  const archiver = asList(at(cluster, "spec", "plugins")).find((plugin) => at(plugin, "isWALArchiver") === true);
  const to = parameter(archiver, "serverName") || cluster.metadata.name;
  const moment = asText(at(recovery, "recoveryTarget", "targetTime"));
  return [
    ...(at(cluster, "spec", "bootstrap", "initdb") === undefined ? [] : ["begins empty and restored at once"]),
    ...(archiver === undefined ? ["is restored, and copied no more"] : []),
    ...(from === to ? [`archives to ${to}, from which it is restored`] : []),
    // Without a zone it would be the server's.
    ...(/^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(moment)
      ? []
      : [`the moment to restore is "${moment}": say date, time and zone`]),
  ];
}
