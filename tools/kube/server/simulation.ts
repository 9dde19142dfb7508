import { join } from "node:path";
import { freePort } from "../../launcher/free-port.ts";
import type { Manifest } from "../manifest.ts";
import { type ApiServer, until } from "./api-server.ts";
import { writeList } from "./judge.ts";

const zones = [1, 2, 3];

/**
 * Controllers, the scheduler, and three nodes in three zones whose pods only say that they run: no container does, so nothing is shown of
 * probes, images, network policies and operators.
 */
export async function startSimulation(server: ApiServer): Promise<void> {
  const { folder, kubeconfig, programs, processes, kubectl } = server;
  const [controllers, scheduler, kwok] = await Promise.all([freePort(), freePort(), freePort()]);
  const access = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
    (name) => `--${name}=${kubeconfig}`,
  );
  const common = [...access, "--bind-address=127.0.0.1", "--leader-elect=false"];
  processes.start("kube-controller-manager", join(programs, "kube-controller-manager"), [
    ...[...common, `--secure-port=${controllers}`, `--cert-dir=${join(folder, "controllers")}`],
    ...[
      `--service-account-private-key-file=${join(folder, "accounts.key")}`,
      "--use-service-account-credentials=false",
    ],
    ...[`--root-ca-file=${join(folder, "certificates/apiserver.crt")}`, "--horizontal-pod-autoscaler-sync-period=5s"],
  ]);
  processes.start("kube-scheduler", join(programs, "kube-scheduler"), [
    ...[...common, `--secure-port=${scheduler}`, `--cert-dir=${join(folder, "scheduler")}`],
  ]);
  processes.start("kwok", join(programs, "kwok"), [
    ...[`--kubeconfig=${kubeconfig}`, `--config=${join(programs, "stages.yaml")}`, "--manage-all-nodes=true"],
    ...["--node-lease-duration-seconds=40", "--cidr=10.244.0.0/16", "--node-ip=10.0.0.1"],
    `--server-address=127.0.0.1:${kwok}`,
  ]);
  await kubectl.run("apply", "-f", writeList(folder, "nodes", zones.map(nodeIn)));
  await until(processes, 60_000, async () => (await kubectl.run("get", "nodes")).match(/\bReady\b/g)?.length === 3);
}

function nodeIn(zone: number): Manifest {
  const resources = { cpu: "16", memory: "32Gi", pods: "110" };
  const labels = {
    "kubernetes.io/hostname": `node-${zone}`,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/zone": `zone-${zone}`,
    type: "kwok",
  };
  return {
    ...{ apiVersion: "v1", kind: "Node", metadata: { name: `node-${zone}`, labels } },
    status: { capacity: resources, allocatable: resources },
  };
}
