import { join } from "node:path";
import type { Service } from "@tend/service-kit";
import { root } from "../bootstrap/folders.mjs";
import { services } from "../launcher/apps.ts";

// By name: what the services import declares types of browsers anew, which the journeys' own would clash with.
const load = (folder: string): Promise<{ service: Service }> => import(join(root, folder, "src/service.ts"));

/** By app id: the database connections that one replica may open. */
export const connectionsOf: ReadonlyMap<string, number> = new Map(
  (await Promise.all(services.map(({ folder }) => load(folder)))).map(({ service }) => [
    service.appId,
    service.connections,
  ]),
);

/** Who else connects: superusers, for whom PostgreSQL keeps three, the operator with its exporter and backups, migrations, people. */
export const otherConnections = 20;

/** What a connection holds of its own once it has run the services' statements: 5 MiB in the median of 34 in the backend's tests, 7 the largest. */
export const connectionBytes = 7 * 1024 ** 2;
