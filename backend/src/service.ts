import { fileURLToPath } from "node:url";
import { defineService } from "@tend/service-kit";
import { buildApp } from "./app.ts";
import { startBackground } from "./background.ts";
import { createContext } from "./context.ts";
import { accountConnections } from "./prisma.ts";

export const service = defineService({
  appId: "todo-backend",
  schema: "todo",
  migrations: fileURLToPath(new URL("../prisma/migrations", import.meta.url)),
  otherConnections: accountConnections,
  build: async (context) => buildApp(await createContext(context)),
  start: async (_service, app) => startBackground(app.context),
});
