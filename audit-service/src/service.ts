import { fileURLToPath } from "node:url";
import { defineService } from "@tend/service-kit";
import { buildApp } from "./app.ts";

export const service = defineService({
  appId: "audit-service",
  schema: "audit",
  migrations: fileURLToPath(new URL("../migrations", import.meta.url)),
  build: buildApp,
});
