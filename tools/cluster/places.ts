import { Fault } from "../bootstrap/fault.mjs";
import { places } from "../kube/render.ts";
import { appIds } from "../launcher/apps.ts";

export const namespace = "todo-app";

export type Place = {
  name: string;
  kafka: string;
  apps: string;
  /** PostgreSQL runs in the cluster. */
  hasPostgres: boolean;
  isProduction: boolean;
  hasGateway: boolean;
};

export function placeNamed(name: string): Place {
  const [kafka, apps] = places[name] ?? [];
  if (!kafka || !apps) throw new Fault(`There is no place "${name}": choose ${Object.keys(places).join(", ")}.`);
  return {
    name,
    kafka,
    apps,
    hasPostgres: name !== "prod-managed",
    isProduction: name !== "dev",
    hasGateway: name === "prod-managed",
  };
}

export function appNamed(name: string | undefined): string {
  if (!name || !appIds.includes(name as (typeof appIds)[number]))
    throw new Fault(`Which app? One of ${appIds.join(", ")}.`);
  return name;
}
