import { once } from "node:events";
import { createConnection } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { service } from "../src/service.ts";
import { appApiToken, authSecret, testApp } from "./support/app.ts";
import { startSidecar } from "./support/sidecar.ts";

const settings = {
  DAPR_API_TOKEN: "sidecar-token-0123456789",
  APP_API_TOKEN: appApiToken,
  PUBLIC_URL: "http://localhost:3000",
  LOG_LEVEL: "silent",
};

test("the service starts from its secrets, publishes what it records, listens on loopback only, and stops", async () => {
  await using backend = await testApp();
  const secrets = { "jwt-secret": authSecret, "postgres-credentials-todo-backend": backend.connectionString };
  const sidecar = await startSidecar(secrets);
  const running = await service.start({ ...settings, APP_PORT: "0", DAPR_HTTP_ENDPOINT: sidecar.endpoint });
  const url = `http://127.0.0.1:${running.port}`;
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const account = await backend.signUp();
  const made = await fetch(`${url}/api/v1/tasks`, {
    method: "POST",
    headers: { ...account.tokenHeaders, "content-type": "application/json" },
    body: JSON.stringify({ title: "Published" }),
  });
  expect(made.status).toBe(201);
  await expect.poll(() => sidecar.published.map(({ event }) => event.type)).toContain("task.created.v1");
  expect(sidecar.published.map(({ topic }) => topic)).toContain("audit-logs");
  expect(await canConnectFromOutside(running.port)).toBe(false);
  await running.close();
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  await sidecar.close();
});

async function canConnectFromOutside(port: number): Promise<boolean> {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((it) => it && !it.internal && it.family === "IPv4");
  if (!outside) return false;
  const socket = createConnection({ host: outside.address, port });
  const connected = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return connected;
}

test("nothing starts without a real secret", async () => {
  await using backend = await testApp();
  const sidecar = await startSidecar({
    "jwt-secret": "short",
    "postgres-credentials-todo-backend": backend.connectionString,
  });
  const env = { ...settings, APP_PORT: "0", DAPR_HTTP_ENDPOINT: sidecar.endpoint };
  await expect(service.start(env)).rejects.toThrow("jwt-secret");
  await sidecar.close();
});
