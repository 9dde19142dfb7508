import { meantStatus } from "@tend/service-kit";
import type { FastifyInstance } from "fastify";
import fp from "fastify-plugin";
import { markTokenUsed } from "./tokens.repository.ts";

const hour = 3_600_000;
const mostRemembered = 20_000;

/** Notes that a token is in use after its request has been answered, at most once an hour. */
async function plugin(app: FastifyInstance) {
  const { pool, log } = app.context;
  const marked = new Map<string, number>();
  app.addHook("onResponse", (request, reply, done) => {
    done();
    const { credential } = request;
    if (credential?.kind !== "token" || meantStatus(reply) === 401) return;
    const key = credential.hash.toString("base64");
    if (Date.now() - (marked.get(key) ?? 0) < hour) return;
    if (marked.size >= mostRemembered) marked.clear();
    marked.set(key, Date.now());
    markTokenUsed(pool, credential.hash).catch((error: unknown) =>
      log.warn({ err: error }, "a token's last use was not noted"),
    );
  });
}
export const markUsedTokens = fp(plugin, { name: "mark-used-tokens" });
