import { connect, type Socket } from "node:net";

export type Load = {
  port: number;
  connections: number;
  seconds: number;
  /** The next request's bytes; null: there are no more. */
  next: () => Buffer | null;
  /** What each must be answered. */
  status: number;
};
export type Measured = { count: number; perSecond: number; p50: number; p99: number; failures: number };

export const percentile = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

export function summarise(milliseconds: number[], seconds: number, failures = 0): Measured {
  const sorted = Float64Array.from(milliseconds).sort();
  const count = sorted.length;
  return { count, perSecond: count / seconds, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), failures };
}

/** Keeps one request in flight on each connection. It parses no more than it must, so that it costs the machine little. */
export async function drive(load: Load): Promise<Measured> {
  const times: number[] = [];
  const began = performance.now();
  const end = began + load.seconds * 1_000;
  let failures = 0;
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(load.port, "127.0.0.1").setNoDelay(true).on("error", reject);
      let sent = 0;
      const send = () => {
        const request = performance.now() < end ? load.next() : null;
        if (!request) return socket.end(resolve);
        sent = performance.now();
        return socket.write(request);
      };
      onAnswer(socket, (status) => {
        times.push(performance.now() - sent);
        if (status !== load.status) failures += 1;
        send();
      });
      socket.once("connect", send);
    });
  await Promise.all(Array.from({ length: load.connections }, run));
  return summarise(times, (performance.now() - began) / 1_000, failures);
}

/** Calls back once for each whole answer: head, and as many bytes as it says. */
function onAnswer(socket: Socket, done: (status: number) => void): void {
  let waiting: Buffer[] = [];
  let missing = -1;
  socket.on("data", (chunk: Buffer) => {
    if (missing > 0 && chunk.length < missing) {
      missing -= chunk.length;
      waiting.push(chunk);
      return;
    }
    waiting.push(chunk);
    const whole = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    const head = whole.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(whole.toString("latin1", 0, head))?.[1] ?? 0);
    missing = head + 4 + length - whole.length;
    if (missing > 0) {
      waiting = [whole];
      return;
    }
    waiting = [];
    missing = -1;
    done(Number(whole.toString("latin1", 9, 12)));
  });
}

export function requestBytes(method: string, path: string, token: string, body?: string): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, "host: localhost", `authorization: Bearer ${token}`];
  if (body !== undefined) lines.push("content-type: application/json", `content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
}
