import type { Manifest } from "./manifest.ts";
import { checkAccounts } from "./rules/accounts.ts";
import { checkBackups } from "./rules/backups.ts";
import { checkConnections } from "./rules/connections.ts";
import { checkContainers, checkVersions } from "./rules/containers.ts";
import { checkDapr } from "./rules/dapr.ts";
import { checkKafka } from "./rules/kafka.ts";
import { checkMonitoring } from "./rules/monitoring.ts";
import { checkAppRoutes, checkRoutes } from "./rules/routes.ts";
import { checkScaling } from "./rules/scaling.ts";
import { checkNoSecretsInside, checkSecrets } from "./rules/secrets.ts";
import { checkSelectors } from "./rules/selectors.ts";
import { checkSchema } from "./schemas.ts";

const rules = [
  checkContainers,
  checkVersions,
  checkSelectors,
  checkScaling,
  checkConnections,
  checkBackups,
  checkSecrets,
  checkNoSecretsInside,
  checkAccounts,
  checkDapr,
  checkRoutes,
  checkAppRoutes,
  checkKafka,
  checkMonitoring,
];

/** Everything that is wrong with what one place applies, as sentences; empty when nothing is. */
export function checkManifests(all: readonly Manifest[]): string[] {
  return [...all.flatMap(checkSchema), ...checkDoubles(all), ...rules.flatMap((rule) => rule(all))];
}

function checkDoubles(all: readonly Manifest[]): string[] {
  const keys = all.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} is defined twice`);
}
