import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { problem } from "./problems.ts";

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
export type Guards = {
  /** Did our own sidecar send this? Only then do its other `dapr-*` headers mean anything. */
  isFromSidecar(request: FastifyRequest): boolean;
  /** The service that invoked us, or null: not an invocation, not proved by the token, or more than one name (a caller's claim beside the sidecar's word). */
  callerOf(request: FastifyRequest): string | null;
  /** `onRequest` hook: the named services only, by invocation. */
  onlyFrom(appIds: readonly string[]): Hook;
  /** `onRequest` hook: the sidecar itself, and never another service through it: that would be a forged event or tick. */
  sidecarOnly: Hook;
};

// Node joins repeated headers with commas.
const oneName = /^[a-z0-9-]+$/;
const digest = (text: string) => createHash("sha256").update(text).digest();
const header = (request: FastifyRequest, name: string) => {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : null;
};

export function createGuards(appApiToken: string): Guards {
  const expected = digest(appApiToken);
  const isFromSidecar = (request: FastifyRequest) => {
    const token = header(request, "dapr-api-token");
    return token !== null && timingSafeEqual(digest(token), expected);
  };
  const callerOf = (request: FastifyRequest) => {
    const caller = isFromSidecar(request) ? header(request, "dapr-caller-app-id") : null;
    return caller !== null && oneName.test(caller) ? caller : null;
  };
  const refuse = () => problem(403, "forbidden", "This address is for the sidecar.");
  return {
    isFromSidecar,
    callerOf,
    onlyFrom: (appIds) => async (request) => {
      const caller = callerOf(request);
      if (caller === null || !appIds.includes(caller)) throw refuse();
    },
    sidecarOnly: async (request) => {
      if (!isFromSidecar(request) || request.headers["dapr-caller-app-id"] !== undefined) throw refuse();
    },
  };
}
