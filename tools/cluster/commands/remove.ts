import { charts } from "../operators.ts";
import { namespace, type Place } from "../places.ts";
import type { Shell } from "../shell.ts";

/** The apps and everything about them. What is kept: database, events, secrets, operators. `cluster:deploy` brings it back. */
export async function clean(shell: Shell): Promise<void> {
  const kinds =
    "deployments,services,jobs,cronjobs,horizontalpodautoscalers,poddisruptionbudgets,configmaps,serviceaccounts,ingresses";
  await shell.run("kubectl", [
    "-n",
    namespace,
    "delete",
    kinds,
    "-l",
    "app.kubernetes.io/part-of=tend",
    "--ignore-not-found",
  ]);
}

/** Everything, data and secrets too. Operators go only with `operators`, since others may use them. */
export async function tearDown(shell: Shell, place: Place, { operators }: { operators: boolean }): Promise<void> {
  await shell.run("kubectl", ["delete", "-k", place.apps, "--ignore-not-found", "--wait", "--timeout=10m"]);
  await shell.run("kubectl", ["delete", "-k", place.kafka, "--ignore-not-found", "--wait", "--timeout=10m"]);
  await shell.run("kubectl", ["delete", "namespace", namespace, "--ignore-not-found", "--timeout=10m"]);
  if (!operators) return;
  for (const { release, namespace: at } of charts.filter(({ isNeeded }) => isNeeded(place)).toReversed())
    await shell.run("helm", ["uninstall", release, "--namespace", at, "--ignore-not-found"]);
}
