import { fileURLToPath } from "node:url";
import { defineService, jobConnections } from "@tend/service-kit";
import { buildApp, mailsAtOnce } from "./app.ts";

export const service = defineService({
  appId: "notification-service",
  schema: "notification",
  migrations: fileURLToPath(new URL("../migrations", import.meta.url)),
  poolSize: 16,
  otherConnections: jobConnections(mailsAtOnce),
  build: buildApp,
});
