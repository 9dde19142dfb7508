import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { AppChannel } from "../app-channel.ts";
import { childOf } from "../traceparent.ts";

export interface Call {
  method: string;
  /** Encoded, with its query. */
  path: string;
  headers: OutgoingHttpHeaders;
  /** Null streams the caller's request, which works once. */
  body: Buffer | null;
}

/** Bodies up to this size are kept so that an attempt can be repeated, as daprd keeps those of known length; others stream through once. */
const replayable = 16 * 1_048_576;
const hopByHop = new Set([
  ...[
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "host",
    "expect",
  ],
]);

/** The app answered with what Dapr counts as a failure, which the policy may want to repeat: anything but 2xx and 3xx. */
export class FailedAnswer extends Error {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;

  constructor(answer: IncomingMessage, body: Buffer) {
    super(`the app answered ${answer.statusCode}`);
    this.status = answer.statusCode!;
    this.headers = fromCallee(answer.headers);
    this.body = body;
  }
}

/** The body if it is small enough to be sent again, else null. */
export async function readReplayable(request: IncomingMessage): Promise<Buffer | null> {
  const length = request.headers["content-length"];
  if (length === undefined) return request.headers["transfer-encoding"] === undefined ? Buffer.alloc(0) : null;
  if (Number(length) > replayable) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What only a sidecar may say, the caller cannot; but like daprd's, a claim to be another app goes along with the truth behind it: a callee refuses two names. */
export function toCallee(incoming: IncomingHttpHeaders, caller: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (!hopByHop.has(name) && !name.startsWith("dapr-")) headers[name] = value;
  }
  const claimed = incoming["dapr-caller-app-id"];
  const callers = claimed === undefined ? caller : [claimed, caller].flat();
  return { ...headers, traceparent: childOf(incoming.traceparent), "dapr-caller-app-id": callers };
}

export function fromCallee(incoming: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(incoming).filter(([name]) => !hopByHop.has(name)));
}

export interface Attempt {
  channel: AppChannel;
  call: Call;
  /** The caller's request. */
  request: IncomingMessage;
  /** Milliseconds until the answer's head; null is no limit. */
  timeout: number | null;
}

/** Resolves with an answer below 400 whose body is still to come. */
export function forward({ channel, call, request, timeout }: Attempt): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = channel.open(call.method, call.path, call.headers);
    const timer =
      timeout === null
        ? null
        : setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (timer) clearTimeout(timer);
      reject(error.code === undefined ? error : channel.unreachable(error));
    });
    outgoing.on("response", (answer) => {
      if (timer) clearTimeout(timer);
      if (answer.statusCode! < 400) return resolve(answer);
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => reject(new FailedAnswer(answer, Buffer.concat(chunks))));
    });
    if (call.body) return void outgoing.end(call.body.length > 0 ? call.body : undefined);
    request.on("close", () => {
      if (!request.complete) outgoing.destroy(new Error("the caller went away"));
    });
    request.pipe(outgoing);
  });
}
