import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { answers, type Child, startChild } from "../launcher/child.ts";
import { fetchJars } from "./programs.ts";

type ZipkinOptions = { port: number; tell: (line: string) => void; signal: AbortSignal };

// Java's own defaults would take a quarter of the machine's memory.
const java = ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** Zipkin on 127.0.0.1, with its traces in memory; fetched on first use. */
export async function startZipkin({ port, tell, signal }: ZipkinOptions): Promise<Child> {
  const folder = await fetchJars("zipkin", join(import.meta.dirname, "zipkin/pom.xml"), { tell, signal });
  const jar = readdirSync(folder).find((name) => name.endsWith("-exec.jar"));
  if (!jar) throw new Fault(`There is no Zipkin in ${folder}: remove that folder, then start again.`);
  const address = { ip: "127.0.0.1", port, "protocols[0]": "http" };
  const listen = Object.entries(address).map(([name, value]) => `--armeria.ports[0].${name}=${value}`);
  return startChild({
    ...{ name: "zipkin", program: "java", args: [...java, "-jar", join(folder, jar), ...listen], env: {} },
    ...{ quiet: true, isReady: answers(`http://127.0.0.1:${port}/health`), onStart: () => {}, tell },
  });
}
