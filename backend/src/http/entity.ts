import type { Changes } from "@tend/contracts";
import { problem } from "@tend/service-kit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { expectedVersion } from "./etag.ts";

export const idTaken = () =>
  problem(409, "id_taken", "This id is already in use. Make a new UUIDv7 and send the request again.");

type Versioned = { version: number };

/** One resource with its `ETag`; 304 without a body when the caller has this version already. */
export function sendEntity<T extends Versioned>(request: FastifyRequest, reply: FastifyReply, entity: T) {
  const etag = `"${entity.version}"`;
  reply.header("etag", etag);
  const known = request.headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  const isKnown = request.method === "GET" && known?.some((tag) => tag === etag || tag === "*");
  return isKnown ? reply.code(304).send() : reply.send(entity);
}

/** Throws 412 unless `If-Match`, where it was sent, names this version. */
export function requireVersion(request: FastifyRequest, { version }: Versioned): void {
  const isExpected = expectedVersion(request);
  if (isExpected && !isExpected(version)) {
    throw problem(412, "precondition_failed", "It has changed since you loaded it. Load it again and repeat.");
  }
}

/** The fields of a merge patch that really change something; null when none does. */
export function changesOf<T extends object>(present: T, patch: Partial<T>): Changes | null {
  const changed = Object.entries(patch).filter(([key, to]) => to !== undefined && Reflect.get(present, key) !== to);
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map(([key, to]) => [key, { from: Reflect.get(present, key), to }]));
}

/** Changes from nothing, for the event of something new; the other way round for something deleted. */
export const changesFromNothing = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(Object.entries(fields).map(([key, to]) => [key, { from: null, to }]));
export const changesToNothing = (fields: Record<string, unknown>): Changes =>
  Object.fromEntries(Object.entries(fields).map(([key, from]) => [key, { from, to: null }]));
