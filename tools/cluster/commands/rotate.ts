import { Fault } from "../../bootstrap/fault.mjs";
import { ofKind } from "../../kube/manifest.ts";
import { render } from "../../kube/render.ts";
import { appIds, services } from "../../launcher/apps.ts";
import { credentials, newSecret } from "../../launcher/secrets.ts";
import { takeGiven } from "../../launcher/settings.ts";
import { namespace, type Place } from "../places.ts";
import { putSecret, readSecret } from "../put-secret.ts";
import { databaseRoles } from "../secrets.ts";
import type { Shell } from "../shell.ts";
import { migrate, redeploy, rollOut } from "./deploy.ts";

/** Gives a secret another value and those who use it new pods, in the order in which nothing is refused for long. */
export async function rotate(shell: Shell, place: Place, name: string | undefined): Promise<void> {
  const accounts = ofKind(await render(place.kafka, place.apps), "KafkaUser").map(({ metadata }) => metadata.name);
  const role = databaseRoles.find((one) => credentials(one) === name);
  const appId = /^dapr-(?:api|app)-token-(.+)$/.exec(name ?? "")?.[1];
  if (name === "jwt-secret") return rotateSigning(shell);
  if (name === "smtp-secret" || name === "sendgrid-secret") return changeMail(shell, name);
  if (role) return rotatePassword(shell, place, role);
  if (name && appIds.some((one) => one === appId)) return rotateToken(shell, name, appId ?? "");
  if (name && accounts.includes(name)) return rotateAccount(shell, name);
  const tokens = ["api", "app"].map((of) => `dapr-${of}-token-APP`);
  const names = ["jwt-secret", "smtp-secret", "sendgrid-secret", ...tokens, credentials("ROLE"), ...accounts];
  throw new Fault(`Which secret? One of ${names.join(", ")}.`);
}

// One more than is needed: repeated after a rollout that failed, the one that signed most sessions is no longer the first.
const believed = 3;

/** Everyone believes the new one before anyone signs by it, so that no session ends; one begins only when the one before it is everywhere. */
async function rotateSigning(shell: Shell): Promise<void> {
  const name = "jwt-secret";
  const [present = "", ...formers] = (await readSecret(shell, name)).split(/\s+/);
  const next = newSecret();
  await rollOut(shell, "todo-backend");
  for (const order of [
    [present, next, ...formers],
    [next, present, ...formers],
  ]) {
    await putSecret(shell, name, { [name]: order.slice(0, believed).join(" ") });
    await redeploy(shell, "todo-backend");
  }
}

async function rotateToken(shell: Shell, name: string, appId: string): Promise<void> {
  await putSecret(shell, name, { token: newSecret() });
  await redeploy(shell, appId);
}

async function changeMail(shell: Shell, name: "smtp-secret" | "sendgrid-secret"): Promise<void> {
  // What `.env` says is of this machine, and most likely the one that is to go.
  const { smtpUrl, sendgridKey } = takeGiven(process.env);
  const [variable, value] = name === "smtp-secret" ? ["SMTP_URL", smtpUrl] : ["SENDGRID_API_KEY", sendgridKey];
  if (!value && !shell.isDry) throw new Fault(`Say the new one in ${variable}.`);
  await putSecret(shell, name, { [name]: value ?? "" });
  for (const appId of ["notification-service", "todo-backend"]) await redeploy(shell, appId);
}

/** The job gives the role its new password. Connections that are open stay; until the pods are new, no other is let in. */
async function rotatePassword(shell: Shell, place: Place, role: string): Promise<void> {
  const name = credentials(role);
  const address = new URL((await readSecret(shell, name)) || `postgres://${role}@host/tend`);
  address.password = newSecret();
  await putSecret(shell, name, { [name]: address.href });
  await migrate(shell, place);
  for (const { appId } of services) if (role === "dapr" || role === appId) await redeploy(shell, appId);
}

/** Strimzi makes another password and tells the brokers, which keep the connections that are open. */
async function rotateAccount(shell: Shell, name: string): Promise<void> {
  await shell.run("kubectl", ["-n", namespace, "delete", "secret", name]);
  await shell.run("kubectl", ["-n", namespace, "wait", `secret/${name}`, "--for=create", "--timeout=5m"]);
  if (appIds.some((appId) => appId === name)) await redeploy(shell, name);
}
