import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "../src/index.ts";
import { holdWorkerLock } from "../src/job-locks.ts";
import { createTestDatabase, type TestDatabase, until } from "../testing/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("kit");
});
afterAll(() => database?.drop());

/** A way to the database that can be closed. */
async function openWay() {
  const { hostname, port } = new URL(database.connectionString);
  const sockets = new Set<Socket>();
  const way = { isOpen: true, refused: 0, connectionString: "", cut: () => {}, close: () => {} };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (!way.isOpen) {
      way.refused++;
      return socket.destroy();
    }
    const there = connect(Number(port), hostname).on("error", () => {});
    sockets.add(socket).add(there);
    socket.pipe(there).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(database.connectionString);
  url.port = String((server.address() as AddressInfo).port);
  way.connectionString = url.href;
  way.cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  way.close = () => server.close();
  return way;
}

it("the job lock tries to reconnect twice a second, however long the database is away, and is held again", async () => {
  const way = await openWay();
  const lock = await holdWorkerLock(way.connectionString, createLogger("test", "silent"));
  lock.hold("worker");
  way.isOpen = false;
  way.cut();
  const began = Date.now();
  await until(() => way.refused >= 6);
  expect(Date.now() - began).toBeGreaterThan(2_500);
  way.isOpen = true;
  const held =
    "select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
  await until(async () => (await database.pool.query(held)).rowCount === 1);
  await lock.release();
  way.cut();
  way.close();
});
