import type { App } from "./server.ts";

/**
 * Dapr's circuit breaker takes every answer but 2xx and 3xx for a failure of the app that gave it: six refusals in a row, whoever caused them,
 * would shut their path to everybody. Who sends this header is told a refusal (4xx) as 200, with the status in the same header.
 */
export const refusalHeader = "tend-refusal";

export function installRefusals(app: App) {
  app.addHook("onSend", (request, reply, payload, done) => {
    const status = reply.statusCode;
    if (request.headers[refusalHeader] !== undefined && status >= 400 && status < 500)
      reply.header(refusalHeader, String(status)).code(200);
    done(null, payload);
  });
}

export const askForRefusals = { [refusalHeader]: "1" };

/** The status that was meant. */
export const statusOf = ({ status, headers }: { status: number; headers: Headers }): number =>
  Number(headers.get(refusalHeader)) || status;
