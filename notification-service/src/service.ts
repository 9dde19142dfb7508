import { fileURLToPath } from "node:url";
import { defineService } from "@tend/service-kit";
import { buildApp } from "./app.ts";

export const service = defineService({
  appId: "notification-service",
  schema: "notification",
  migrations: fileURLToPath(new URL("../migrations", import.meta.url)),
  poolSize: 16,
  build: buildApp,
});
