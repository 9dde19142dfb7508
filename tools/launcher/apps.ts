import { join } from "node:path";
import { root } from "../bootstrap/folders.mjs";

/** The four services; each has `src/service.ts` and `src/main.ts`, and a schema owned by the role named like its app id. */
export const services = [
  { appId: "todo-backend", folder: "backend", schema: "todo", migrations: "prisma/migrations" },
  { appId: "notification-service", folder: "notification-service", schema: "notification", migrations: "migrations" },
  { appId: "recurring-task-service", folder: "recurring-task-service", schema: "recurring", migrations: "migrations" },
  { appId: "audit-service", folder: "audit-service", schema: "audit", migrations: "migrations" },
] as const;

export const ui = { appId: "todo-frontend", folder: "frontend" } as const;

/** Who keeps what in the database: the services, and the sidecar with its log and state. */
export const schemas = [
  ...services.map(({ appId, schema, folder, migrations }) => ({
    role: appId,
    schema,
    directory: join(root, folder, migrations),
  })),
  { role: "dapr", schema: "dapr", directory: join(root, "packages/embedded-dapr/migrations") },
];

export const appIds = [...services.map(({ appId }) => appId), ui.appId];
export type ServiceId = (typeof services)[number]["appId"];
export type AppId = ServiceId | typeof ui.appId;
