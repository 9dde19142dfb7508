import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Person } from "../main-job.ts";

const answers: Record<string, [status: number, body: object]> = {
  "/api/auth/sign-up/email": [200, {}],
  "/api/v1/tokens": [201, { token: "token" }],
  "/api/v1/me": [200, { id: "me" }],
  "/api/v1/tasks": [201, { id: "task" }],
};
let server: Server;
let base: string;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [status, body] = answers[url] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const written = () => asked.filter((url) => url === "/api/v1/tasks").length;
/** Enough for a writer that was not stopped to write again. */
async function passTime() {
  for (let count = 0; count < 30; count++) await (await fetch(`${base}/api/v1/me`)).text();
}

test("writing ends with the work, also with work that fails, which is what is told", async () => {
  const person = await Person.signUp(base);
  const hasWritten = async () => {
    await expect.poll(written).toBeGreaterThan(0);
  };
  await person.whileWriting(hasWritten, 1);
  const atFirst = written();
  expect(person.accepted).toHaveLength(atFirst);
  await passTime();
  expect(written()).toBe(atFirst);

  const failing = person.whileWriting(() => Promise.reject(new Error("it did not come back")), 1);
  await expect(failing).rejects.toThrow("it did not come back");
  const inTheEnd = written();
  await passTime();
  expect(written()).toBe(inTheEnd);
});
