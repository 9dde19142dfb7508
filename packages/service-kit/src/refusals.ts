import type { FastifyReply } from "fastify";
import type { Guards } from "./app-token.ts";
import type { App } from "./server.ts";

/**
 * Dapr's circuit breaker takes every answer but 2xx and 3xx for a failure of the app that gave it: six refusals in a row, whoever caused them,
 * would shut their path to everybody. Who sends this header through Dapr is told a refusal (4xx) as 200, with the status in the same header.
 */
export const refusalHeader = "tend-refusal";

/** Heeded only in what our own sidecar brings: to anybody outside, and to a proxy that counts refusals, a refusal looks like one. */
export function installRefusals(app: App, { isFromSidecar }: Pick<Guards, "isFromSidecar">) {
  app.addHook("onSend", (request, reply, payload, done) => {
    const status = reply.statusCode;
    const isRefusal = status >= 400 && status < 500;
    if (isRefusal && request.headers[refusalHeader] !== undefined && isFromSidecar(request))
      reply.header(refusalHeader, String(status)).code(200);
    done(null, payload);
  });
}

export const askForRefusals = { [refusalHeader]: "1" };

/** The status that was meant, whatever the answer shows. */
export const meantStatus = (reply: FastifyReply): number => Number(reply.getHeader(refusalHeader) ?? reply.statusCode);

/** The same to the caller. */
export const statusOf = ({ status, headers }: { status: number; headers: Headers }): number =>
  Number(headers.get(refusalHeader)) || status;
