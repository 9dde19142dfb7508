import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";
import { untilOk } from "../launcher/child.ts";

export type Sentry = {
  program: string;
  args: string[];
  address: string;
  /** What every sidecar is given to know the others by; resolves when sentry has made it and answers. */
  trustAnchors(signal: AbortSignal): Promise<Record<string, string>>;
  /** For every sidecar that takes part. */
  flags: string[];
};
type SentryOptions = {
  /** Of `buildDapr`. */
  program: string;
  /** Where the authority keeps its keys while it runs. */
  folder: string;
  port: number;
  healthPort: number;
};

const local = "127.0.0.1";
// Sentry does not start without a file; its defaults are what we want.
const configuration = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: { name: sentry }
spec: {}
`;

/** Says how to start Dapr's certificate authority on 127.0.0.1, with keys that are new each time this is called and stay when only the process starts again. */
export function prepareSentry({ program, folder, port, healthPort }: SentryOptions): Sentry {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const address = `${local}:${port}`;
  const config = join(folder, "config.yaml");
  writeFileSync(config, configuration);
  return {
    program,
    args: [
      ...["--config", join(root, "dapr/config.yaml"), "--mode", "standalone"],
      ...["--issuer-credentials", folder, "--trust-domain", "localhost"],
      ...["--listen-address", local, "--port", String(port)],
      ...["--healthz-listen-address", local, "--healthz-port", String(healthPort)],
      ...["--enable-metrics=false", "--log-level", "warn"],
    ],
    address,
    flags: flagsFor(address),
    trustAnchors: async (signal) => {
      await untilOk(`http://${local}:${healthPort}/healthz`, signal);
      return trustAnchorsIn(folder);
    },
  };
}

/** For one more sidecar, when sentry runs. */
export const identityOf = (address: string, folder: string) => ({
  flags: flagsFor(address),
  env: trustAnchorsIn(folder),
});

const flagsFor = (address: string) => [
  ...["--enable-mtls", "--sentry-address", address],
  ...["--control-plane-trust-domain", "localhost", "--control-plane-namespace", "default"],
];

const trustAnchorsIn = (folder: string) => ({
  NAMESPACE: "default",
  DAPR_TRUST_ANCHORS: readFileSync(join(folder, "ca.crt"), "utf8"),
});
