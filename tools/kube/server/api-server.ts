import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../launcher/free-port.ts";
import type { Manifest } from "../manifest.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import type { Processes } from "./processes.ts";

export type ApiServer = {
  kubectl: Kubectl;
  kubeconfig: string;
  folder: string;
  programs: string;
  processes: Processes;
};
type Place = Pick<ApiServer, "folder" | "programs" | "processes"> & { signal: AbortSignal };

/** A real API server with these definitions, on free ports of this machine; all that it keeps is in `folder`. */
export async function startApiServer(place: Place, definitions: readonly Manifest[]): Promise<ApiServer> {
  const { folder, programs, processes, signal } = place;
  const [client, peer, port] = await Promise.all([freePort(), freePort(), freePort()]);
  const token = randomBytes(16).toString("hex");
  const kubeconfig = writeAccess(folder, token, port);
  processes.start("etcd", join(programs, "etcd"), [
    ...["--data-dir", join(folder, "etcd"), "--logger", "zap", "--log-level", "warn"],
    ...["--listen-client-urls", url(client), "--advertise-client-urls", url(client)],
    ...["--listen-peer-urls", url(peer), "--initial-advertise-peer-urls", url(peer)],
    ...["--initial-cluster", `default=${url(peer)}`],
  ]);
  processes.start("kube-apiserver", join(programs, "kube-apiserver"), [
    ...[`--etcd-servers=${url(client)}`, "--bind-address=127.0.0.1", `--secure-port=${port}`],
    ...["--advertise-address=127.0.0.1", `--cert-dir=${join(folder, "certificates")}`],
    ...[`--token-auth-file=${join(folder, "tokens.csv")}`, "--authorization-mode=RBAC", "--anonymous-auth=false"],
    ...["--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.96.0.0/16"],
    ...["key", "signing-key"].map((use) => `--service-account-${use}-file=${join(folder, "accounts.key")}`),
  ]);
  const kubectl = createKubectl(kubeconfig, signal);
  await until(processes, 180_000, async () => (await kubectl.try("get", "--raw", "/readyz")).ok);
  const file = join(folder, "definitions.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: definitions }));
  await kubectl.run("create", "-f", file);
  await kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=120s");
  return { kubectl, kubeconfig, folder, programs, processes };
}

const url = (port: number) => `http://127.0.0.1:${port}`;

/** The path of a kubeconfig of somebody who may do everything. */
function writeAccess(folder: string, token: string, port: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "accounts.key"), privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  const path = join(folder, "kubeconfig");
  const cluster = { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "test" },
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** Asks again and again until it is so, or a process has ended, or the time (ms) is over. */
export async function until(processes: Processes, ms: number, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(250)) {
    processes.check();
    if (await isSo()) return;
  }
  throw new Error(`Not within ${ms / 1_000} s`);
}
