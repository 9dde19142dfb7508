import { Fault } from "../../bootstrap/fault.mjs";
import { asText, at, type Manifest, ofKind, podOf } from "../../kube/manifest.ts";
import { render } from "../../kube/render.ts";
import { namedSecrets } from "../../kube/rules/secrets.ts";
import { appIds } from "../../launcher/apps.ts";
import { namespace, type Place } from "../places.ts";
import { listSecrets } from "../put-secret.ts";
import { secretNames } from "../secrets.ts";
import type { Shell } from "../shell.ts";

const wait = (what: string, condition: string, timeout: string) => [
  "-n",
  namespace,
  "wait",
  what,
  `--for=condition=${condition}`,
  `--timeout=${timeout}`,
];

/** Brokers, then everything else; ends when the new version answers. Repeating it changes nothing. */
export async function deploy(shell: Shell, place: Place, { load }: { load?: string | undefined }): Promise<void> {
  const all = await render(place.kafka, place.apps);
  await checkSecrets(shell, place, all);
  if (load) await loadImages(shell, load);
  await shell.run("kubectl", ["apply", "-k", place.kafka]);
  await shell.run("kubectl", wait("kafka/tend", "Ready", "15m"));
  await shell.run("kubectl", [...wait("kafkatopic", "Ready", "5m"), "--all"]);
  await shell.run("kubectl", [...wait("kafkauser", "Ready", "5m"), "--all"]);
  await shell.run("kubectl", ["apply", "-k", place.apps]);
  if (place.hasPostgres) await shell.run("kubectl", wait("clusters.postgresql.cnpg.io/tend-postgres", "Ready", "15m"));
  for (const name of migrationsOf(all)) await shell.run("kubectl", wait(`job/${name}`, "Complete", "30m"));
  for (const appId of appIds) await rollOut(shell, appId);
}

/** Without one of them pods would wait for it and say nothing: a new version may need another one. */
async function checkSecrets(shell: Shell, place: Place, all: readonly Manifest[]): Promise<void> {
  const [named, present] = [namedSecrets(all), await listSecrets(shell)];
  const missing = secretNames.filter(({ name, optional }) => !optional && named.has(name) && !present.has(name));
  if (missing.length === 0 || shell.isDry) return;
  const names = missing.map(({ name }) => name).join(", ");
  const setup = `npm run cluster:setup -- --place ${place.name}`;
  throw new Fault(`Secrets are missing: ${names}. \`${setup}\` makes them, and changes none that is there.`);
}

const migrationsOf = (all: readonly Manifest[]) => ofKind(all, "Job").map(({ metadata }) => metadata.name);

/** Once more, and nothing else: the job of this version also gives every role the password that its secret says. */
export async function migrate(shell: Shell, place: Place): Promise<void> {
  for (const name of migrationsOf(await render(place.apps))) {
    await shell.run("kubectl", ["-n", namespace, "delete", "job", name, "--ignore-not-found"]);
    await shell.run("kubectl", ["apply", "-k", place.apps, "-l", "app.kubernetes.io/name=migrate"]);
    await shell.run("kubectl", wait(`job/${name}`, "Complete", "30m"));
  }
}

/** Fails when not all pods are those that are wanted now. */
export const rollOut = (shell: Shell, appId: string) =>
  shell.run("kubectl", ["-n", namespace, "rollout", "status", `deployment/${appId}`, "--timeout=15m"]);

/** Builds the images here and gives them to the nodes of a cluster on this machine. */
async function loadImages(shell: Shell, load: string): Promise<void> {
  const images = ofKind(await render("k8s/overlays/dev"), "Deployment").map((deployment) =>
    asText(at(podOf(deployment), "spec", "containers", 0, "image")),
  );
  for (const image of new Set(images)) {
    const target = /^tend\/(\w+):/.exec(image)?.[1];
    if (!target) continue;
    await shell.run("docker", ["build", "--target", target, "--tag", image, "."]);
    const [program = "", cluster] = load.split(":");
    if (program === "k3d")
      await shell.run("k3d", ["image", "import", image, ...(cluster ? ["--cluster", cluster] : [])]);
    else await shell.run("kind", ["load", "docker-image", image, ...(cluster ? ["--name", cluster] : [])]);
  }
}

/** New pods of one app with what is applied now: after a secret was changed, or an image of the same version was loaded. */
export async function redeploy(shell: Shell, appId: string): Promise<void> {
  await shell.run("kubectl", ["-n", namespace, "rollout", "restart", `deployment/${appId}`]);
  await rollOut(shell, appId);
}
