import { request as httpRequest } from "node:http";
import type { Endpoint } from "../conformance/target.ts";

export interface Response {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  contentType?: string;
}

/** Calls the Dapr HTTP API as one app. */
export class SidecarClient {
  readonly endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  async call(path: string, { method = "GET", headers = {}, body, contentType }: Call = {}): Promise<Response> {
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": contentType ?? "application/json" };
    const answer = await fetch(this.endpoint.baseUrl + path, {
      method,
      headers: { "dapr-api-token": this.endpoint.apiToken, ...type, ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const content = await answer.text();
    let json: unknown = null;
    try {
      json = JSON.parse(content);
    } catch {
      // Not every answer is JSON.
    }
    return { status: answer.status, headers: answer.headers, text: content, json };
  }

  post(path: string, body: unknown, contentType?: string): Promise<Response> {
    return this.call(path, { method: "POST", body, contentType });
  }

  /** A path exactly as written; `fetch` would resolve its dots. */
  raw(path: string): Promise<number> {
    const { hostname, port } = new URL(this.endpoint.baseUrl);
    return new Promise((resolve, reject) => {
      const headers = { "dapr-api-token": this.endpoint.apiToken };
      const request = httpRequest({ hostname, port, path, headers }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode!));
      });
      request.on("error", reject);
      request.end();
    });
  }
}
