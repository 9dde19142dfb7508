import http from "node:http";
import { Gate } from "./gate.ts";

export interface AppTarget {
  appId: string;
  appPort: number;
  /** Proves to the app that a request comes from its sidecar. */
  appApiToken: string;
}

export interface AppRequest {
  method: string;
  path: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Buffer;
  /** Milliseconds until the answer must be complete; null is no limit. */
  timeout?: number | null;
  agent?: http.Agent;
}

export interface AppAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** No answer was had. `refused`: the app took nothing, so the attempt does not count. */
export class AppUnreachable extends Error {
  readonly refused: boolean;

  constructor(reason: string, refused: boolean) {
    super(reason);
    this.refused = refused;
  }
}

const refusals = new Set(["ECONNREFUSED", "EADDRNOTAVAIL", "EHOSTUNREACH"]);

/** HTTP to one app on loopback. `healthy` is open while the app can be given work. */
export class AppChannel {
  readonly appId: string;
  readonly appPort: number;
  readonly appApiToken: string;
  readonly healthy = new Gate();
  /** True from a failed health check to the next good one; before the first check it is false. */
  failedHealth = false;
  /** Called when a connection failed, so that health is looked at without waiting for the next poll. */
  onConnectionFailure: () => void = () => {};
  readonly agent = new http.Agent({ keepAlive: true, maxFreeSockets: 64, scheduling: "lifo" });

  constructor({ appId, appPort, appApiToken }: AppTarget) {
    this.appId = appId;
    this.appPort = appPort;
    this.appApiToken = appApiToken;
  }

  async request(request: AppRequest): Promise<AppAnswer> {
    try {
      return await this.#send(request);
    } catch (error) {
      // A kept-alive connection that the app closed at the same moment: nothing was handled, so ask again.
      if (error instanceof StaleConnection) return await this.#send(request);
      throw error;
    }
  }

  /** The answer's head, its body still to come; the caller ends the request. */
  open(method: string, path: string, headers: http.OutgoingHttpHeaders, agent = this.agent): http.ClientRequest {
    const own = { ...headers, "dapr-api-token": this.appApiToken };
    return http.request({ host: "127.0.0.1", port: this.appPort, agent, method, path, headers: own });
  }

  unreachable(error: NodeJS.ErrnoException): AppUnreachable {
    this.onConnectionFailure();
    return new AppUnreachable(error.message || error.code || "connection failed", refusals.has(error.code ?? ""));
  }

  close(): void {
    this.agent.destroy();
  }

  #send({ method, path, headers = {}, body, timeout = null, agent }: AppRequest): Promise<AppAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const outgoing = this.open(method, path, { ...headers, ...length }, agent);
      const timer = timeout === null ? null : setTimeout(() => outgoing.destroy(new TimedOut(timeout)), timeout);
      let answered = false;
      const fail = (error: NodeJS.ErrnoException) => {
        if (timer) clearTimeout(timer);
        if (error instanceof TimedOut) return reject(new AppUnreachable(error.message, false));
        if (outgoing.reusedSocket && !answered && error.code === "ECONNRESET") return reject(new StaleConnection());
        reject(this.unreachable(error));
      };
      outgoing.on("error", fail);
      outgoing.on("response", (incoming) => {
        answered = true;
        incoming.setEncoding("utf8");
        let text = "";
        incoming.on("data", (chunk: string) => {
          text += chunk;
        });
        incoming.on("error", fail);
        incoming.on("end", () => {
          if (timer) clearTimeout(timer);
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: text });
        });
      });
      outgoing.end(body);
    });
  }
}

class StaleConnection extends Error {}

class TimedOut extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}
