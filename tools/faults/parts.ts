import { connect } from "node:net";

const patience = () => ({ signal: AbortSignal.timeout(2_000) });

/** A part of the running product, by its name in the run file, says that it is well. */
export function isPartWell(name: string, port: number | undefined): Promise<boolean> {
  const at = `http://127.0.0.1:${port}`;
  if (/^(sidecar|sentry|postgres|todo-frontend)/.test(name)) return Promise.resolve(true);
  if (name === "kafka") return accepts(Number(port));
  return name.startsWith("daprd-") ? isOk(`${at}/v1.0/healthz`) : isReady(at);
}

export const isReady = (at: string) => isOk(`${at}/health/ready`);

async function isOk(url: string): Promise<boolean> {
  const response = await fetch(url, patience());
  await response.body?.cancel();
  return response.ok;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, ...patience() });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
