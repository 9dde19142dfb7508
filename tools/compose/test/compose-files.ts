import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../../bootstrap/folders.mjs";

const Service = z.looseObject({
  image: z.string(),
  build: z.looseObject({ target: z.string(), args: z.record(z.string(), z.string()) }).optional(),
  user: z.string().optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  restart: z.string(),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  pids_limit: z.number().positive(),
  mem_limit: z.string().regex(/^\d+[mg]$/),
  logging: z.strictObject({
    driver: z.string(),
    options: z.strictObject({ "max-size": z.string(), "max-file": z.string() }),
  }),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.string() }))
    .or(z.array(z.string()))
    .default({}),
  networks: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
});
const ComposeFile = z.looseObject({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
});
export type Service = z.infer<typeof Service>;
export type ComposeFile = z.infer<typeof ComposeFile>;

export const read = (path: string) => readFileSync(join(root, path), "utf8");

/** As it is written: variables are not filled in. */
export const readCompose = (path: string): ComposeFile => ComposeFile.parse(parse(read(path), { merge: true }));

/** Its default, where a variable decides. */
export const defaultOf = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, "$1");

export const dependencies = ({ depends_on }: Service): [name: string, condition: string][] =>
  Array.isArray(depends_on)
    ? depends_on.map((name) => [name, "service_started"])
    : Object.entries(depends_on).map(([name, { condition }]) => [name, condition]);

/** By the name of the target, what follows its FROM. */
export function dockerfileTargets(): Map<string, string> {
  const stages = read("Dockerfile")
    .split(/^FROM /m)
    .slice(1);
  return new Map(stages.map((stage) => [/ AS (\S+)/.exec(stage)?.[1] ?? "", stage]));
}
