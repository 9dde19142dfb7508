import { takeSettings } from "../../launcher/settings.ts";
import { makeSecrets, makeValues } from "../make-secrets.ts";
import { charts } from "../operators.ts";
import { namespace, type Place } from "../places.ts";
import type { Shell } from "../shell.ts";

/** Operators, the namespace, and the secrets: what is there once for a cluster. Repeating it brings the operators to these versions. */
export async function setUp(shell: Shell, place: Place): Promise<void> {
  const { databaseUrl, smtpUrl, sendgridKey } = takeSettings();
  const values = makeValues(place, {
    databaseUrl: databaseUrl ?? (shell.isDry ? "postgres://user@host/tend" : undefined),
    smtpUrl,
    sendgridKey,
  });
  await shell.run("kubectl", ["apply", "-f", "k8s/base/namespace.yaml"]);
  for (const chart of charts.filter(({ isNeeded }) => isNeeded(place))) {
    const settings = (chart.set ?? []).flatMap((setting) => ["--set", setting]);
    await shell.run("helm", [
      ...["upgrade", "--install", chart.release, ...chart.chart, "--version", chart.version],
      ...["--namespace", chart.namespace, "--create-namespace", ...settings, "--wait", "--timeout", "10m"],
    ]);
    for (const label of chart.labels ?? [])
      await shell.run("kubectl", ["label", "namespace", chart.namespace, label, "--overwrite"]);
  }
  await makeSecrets(shell, values);
  shell.say(
    `The cluster is prepared. Keep a copy of the secrets of ${namespace} in a safe place: without them the data cannot be opened.`,
  );
}
