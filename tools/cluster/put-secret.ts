import { Fault } from "../bootstrap/fault.mjs";
import { namespace } from "./places.ts";
import type { Shell } from "./shell.ts";

export type Data = Record<string, string>;

/** By standard input: values stand in no list of processes, and in none of what is printed. */
export async function createSecret(shell: Shell, name: string, data: Data): Promise<void> {
  await send(shell, "create", name, data);
}

/** In one step, so that no pod that starts meanwhile finds none; makes it where there is none. */
export async function putSecret(shell: Shell, name: string, data: Data): Promise<void> {
  const found = await shell.run("kubectl", [...get(name), "-o", "name", "--ignore-not-found"], { quiet: true });
  await send(shell, found === "" && !shell.isDry ? "create" : "replace", name, data);
}

/** The names of all that there are. */
export async function listSecrets(shell: Shell): Promise<Set<string>> {
  const found = await shell.run("kubectl", ["-n", namespace, "get", "secrets", "-o", "name"], { quiet: true });
  return new Set(found.split("\n").map((line) => line.replace(/^secret\//, "")));
}

/** The value of the key called like the secret. */
export async function readSecret(shell: Shell, name: string): Promise<string> {
  const encoded = await shell.run("kubectl", [...get(name), "-o", `jsonpath={.data.${name}}`], { quiet: true });
  const value = Buffer.from(encoded, "base64").toString("utf8").trim();
  if (value === "" && !shell.isDry)
    throw new Fault(`The secret ${name} holds nothing: delete it, and \`npm run cluster:setup\` makes another.`);
  return value;
}

const get = (name: string) => ["-n", namespace, "get", "secret", name];

async function send(shell: Shell, verb: "create" | "replace", name: string, data: Data): Promise<void> {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: { "app.kubernetes.io/part-of": "tend" } },
    type: "Opaque",
    stringData: data,
  };
  shell.say(`  the secret ${name} (${Object.keys(data).join(", ")})`);
  await shell.run("kubectl", [verb, "-f", "-"], { input: JSON.stringify(secret) });
}
