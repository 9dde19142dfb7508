import { namespace, type Place } from "../places.ts";
import type { Shell } from "../shell.ts";

/** What runs, how well, and what Kubernetes complained of. */
export async function showStatus(shell: Shell, place: Place): Promise<void> {
  const get = (kinds: string, ...more: string[]) => shell.run("kubectl", ["-n", namespace, "get", kinds, ...more]);
  await get("deployments,jobs,horizontalpodautoscalers,poddisruptionbudgets");
  await get("pods", "-o", "wide");
  await get("kafka,kafkanodepools,kafkatopics,kafkausers");
  if (place.hasPostgres)
    await get("clusters.postgresql.cnpg.io,scheduledbackups.postgresql.cnpg.io,backups.postgresql.cnpg.io");
  await get(place.hasGateway ? "gateways,httproutes" : "ingress");
  await get("events", "--field-selector", "type=Warning", "--sort-by", ".lastTimestamp");
}

/** Of all pods of an app; `sidecar`: of what Dapr says there. */
export async function showLogs(
  shell: Shell,
  appId: string,
  { follow, sidecar }: { follow: boolean; sidecar: boolean },
): Promise<void> {
  await shell.run("kubectl", [
    ...["-n", namespace, "logs", "-l", `app.kubernetes.io/name=${appId}`, "-c", sidecar ? "daprd" : "app"],
    ...["--prefix", "--tail", "200", "--max-log-requests", "20", ...(follow ? ["-f"] : [])],
  ]);
}
