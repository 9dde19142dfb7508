import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Below the ports that systems hand to outgoing connections: one of those could take a port between the choice and its use. */
const lowest = 18_000;
const highest = 29_999;

/**
 * A port on 127.0.0.1 that nobody listens on now, and that no call, in this process or another, is given while this process lives.
 * @throws Error when a hundred tries found none.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, highest + 1);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no port from ${lowest} to ${highest} is free`);
}

/** Takes the UDP port of the same number, which nothing here uses, so that the choice is seen before the TCP port is taken. */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const reservation = createSocket("udp4").unref();
    reservation.once("error", () => reservation.close(() => resolve(false)));
    reservation.bind({ port, address: "127.0.0.1", exclusive: true }, () => resolve(true));
  });
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
