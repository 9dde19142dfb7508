import { createHash } from "node:crypto";
import { meantStatus, problem } from "@tend/service-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { requireActor } from "../auth/authenticate.ts";
import { type Claim, claimKey, releaseKey, type StoredAnswer, storeAnswer } from "./idempotency.repository.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** `rerun`: the answer holds a secret and is not stored; a repeat runs the handler again, which makes the same from `resourceId`. */
    repeat?: "rerun";
  }
  interface FastifyRequest {
    /** With an Idempotency-Key: the id that a new resource of this request gets, the same for every repeat. */
    resourceId: string | undefined;
    /** A repeat of a request that has been answered: only on routes with `repeat: "rerun"`. */
    isRepeat: boolean;
    claim: Claim | null;
  }
}

const keptHeaders = ["location", "etag", "content-type"];

const invalidKey = () =>
  problem(400, "invalid", "Idempotency-Key must be 1 to 255 printable ASCII characters.", {
    errors: [{ path: "Idempotency-Key", message: "must be 1 to 255 printable ASCII characters" }],
  });
const reusedKey = () =>
  problem(422, "idempotency_key_reused", "This Idempotency-Key belongs to another request. Use a new one.");
const stillRunning = () =>
  problem(409, "idempotency_key_running", "The first request with this Idempotency-Key is still running.", {
    retryAfter: 1,
  });

/** What makes two requests the same: the body as it was understood, so that spaces and the order of fields do not count. */
export const fingerprintOf = (...parts: string[]) => createHash("sha256").update(parts.join("\n")).digest();
export const bodyFingerprint = (body: unknown) => fingerprintOf(JSON.stringify(body ?? null));

function replay(reply: FastifyReply, { status, headers, body }: StoredAnswer) {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  reply
    .code(status)
    .header("idempotent-replayed", "true")
    .serializer((text: unknown) => String(text))
    .send(body);
}

async function plugin(app: FastifyInstance) {
  const { pool, log } = app.context;
  app.decorateRequest("resourceId", undefined);
  app.decorateRequest("isRepeat", false);
  app.decorateRequest("claim", null);

  const claim = async (request: FastifyRequest, reply: FastifyReply, key: string | string[]) => {
    if (typeof key !== "string" || !/^[\x20-\x7e]{1,255}$/.test(key)) throw invalidKey();
    const { accountId } = await requireActor(request);
    const fingerprint = fingerprintOf(request.method, request.url, JSON.stringify(request.body ?? null));
    const { claim, earlier } = await claimKey(pool, { accountId, key, fingerprint });
    if (claim) {
      request.claim = claim;
      request.resourceId = claim.resourceId;
      return;
    }
    if (!earlier) throw stillRunning();
    if (!earlier.fingerprint.equals(fingerprint)) throw reusedKey();
    if (earlier.answer === null) throw stillRunning();
    if (request.routeOptions.config?.repeat === "rerun" && earlier.answer.status < 300) {
      request.resourceId = earlier.resourceId;
      request.isRepeat = true;
      return;
    }
    replay(reply, earlier.answer);
  };

  const keep = async (request: FastifyRequest, reply: FastifyReply, claim: Claim, payload: unknown) => {
    request.claim = null;
    const status = meantStatus(reply);
    try {
      if (status >= 500) return await releaseKey(pool, claim);
      const body = bodyToKeep(request, status, payload);
      await storeAnswer(pool, claim, { status, headers: headersToKeep(reply), body });
    } catch (error) {
      // Left as running: after half a minute a repeat takes it over, and makes the same resource.
      log.warn({ err: error }, "an answer was not kept for its Idempotency-Key");
    }
  };

  // With callbacks, as most requests have nothing to do here.
  app.addHook("preHandler", (request, reply, done) => {
    const key = request.headers["idempotency-key"];
    if (request.method !== "POST" || key === undefined || !request.credential) return done();
    claim(request, reply, key).then(() => reply.sent || done(), done);
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    if (!request.claim) return done(null, payload);
    keep(request, reply, request.claim, payload).then(() => done(null, payload), done);
  });
}

const bodyToKeep = (request: FastifyRequest, status: number, payload: unknown) =>
  request.routeOptions.config?.repeat === "rerun" && status < 300 ? "" : typeof payload === "string" ? payload : "";

const headersToKeep = (reply: FastifyReply) =>
  Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );

export const idempotency = fp(plugin, { name: "idempotency", dependencies: ["authenticate"] });
