import { join, relative } from "node:path";
import { RunFile } from "../launcher/run-file.ts";
import type { Settings } from "../launcher/settings.ts";

const purposes: [RegExp, string][] = [
  [/^postgres$/, "every service's data, and Dapr state"],
  [/^kafka$/, "the topics"],
  [/^sentry$/, "identities of the sidecars (mTLS)"],
  [/^daprd-/, "sidecar: Dapr's HTTP API"],
  [/^todo-frontend/, "pages"],
  [/^todo-backend/, "the API"],
  [/./, "service"],
];

/** A table of the running parts, for people. */
export function whatRuns({ dataFolder, host, port }: Settings): string {
  const processes = Object.entries(RunFile.read(dataFolder)?.processes ?? {});
  const rows = [
    ["part", "address", "process", "what it is"],
    ...processes.map(([name, { pid, port: at }]) => [
      name,
      at ? `127.0.0.1:${at}` : "",
      String(pid),
      purposes.find(([pattern]) => pattern.test(name))?.[1] ?? "",
    ]),
    ["front door", `${host}:${port}`, String(process.pid), "what a browser asks"],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  const logs = join(relative(process.cwd(), dataFolder) || ".", "stack/logs");
  return `\n${rows.map(line).join("\n")}\n\nLogs of broker and sidecars: ${logs}\n`;
}
