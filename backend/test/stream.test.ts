import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setImmediate as tick } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { startListener } from "../src/modules/events/listener.ts";
import { StreamHub } from "../src/modules/events/stream.ts";
import type { Database } from "../src/modules/tasks/tasks.repository.ts";

const nothing = { query: async () => ({ rows: [], rowCount: 0 }) } as unknown as Database;
const position = { epoch: 1, txid: "1", seq: 1 };
const hash = Buffer.from("credential");

let cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp) step();
  cleanUp = [];
});

/** The response to a reader that sends a request and then reads nothing. */
async function responseToSlowReader(): Promise<{ response: ServerResponse; reader: ReturnType<typeof connect> }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const asked = once(server, "request");
  const reader = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  reader.write("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  cleanUp.push(() => {
    reader.destroy();
    server.close();
  });
  const [, response] = (await asked) as [unknown, ServerResponse];
  return { response, reader };
}

/** Until the system takes no more, so that the rest waits in this process. */
async function fill(response: ServerResponse) {
  const rest = Buffer.alloc(64 * 1024, "x");
  while (response.writableLength < rest.length) {
    response.write(rest);
    for (let turn = 0; turn < 20 && response.writableLength > 0; turn++) await tick();
  }
}

test("a revoked stream whose reader is slow gets nothing more, and no write fails", async () => {
  const hub = new StreamHub(nothing);
  const { response } = await responseToSlowReader();
  const failures: unknown[] = [];
  response.on("error", (error) => failures.push(error));
  await hub.open("account", hash, response, position);
  await fill(response);
  await hub.endRevoked();
  expect(response.writableFinished).toBe(false);
  hub.heartbeat();
  hub.notify("account");
  await tick();
  expect(failures).toEqual([]);
  expect(hub.size).toBe(0);
});

test("a reader that left before its stream was opened is not kept", async () => {
  const hub = new StreamHub(nothing);
  const { response, reader } = await responseToSlowReader();
  const closed = once(response, "close");
  reader.destroy();
  await closed;
  await hub.open("account", hash, response, position);
  expect(hub.size).toBe(0);
});

test("a connection on which listening fails is given back", async () => {
  const release = vi.fn();
  const client = {
    on: () => {},
    query: async () => {
      throw new Error("the database went away");
    },
    release,
  };
  const pool = { connect: async () => client, query: nothing.query } as unknown as Parameters<
    typeof startListener
  >[0]["pool"];
  const log = { warn: () => {} } as unknown as Parameters<typeof startListener>[0]["log"];
  const listener = startListener({ pool, log, streams: new StreamHub(nothing) });
  await vi.waitFor(() => expect(release).toHaveBeenCalledWith(true));
  await listener.close();
});
