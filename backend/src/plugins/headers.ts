import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";
import fp from "fastify-plugin";
import { apiPrefix } from "../auth/authenticate.ts";

/** What no browser may do with our answers, and that nobody keeps what an account was answered. */
async function plugin(app: FastifyInstance) {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "same-origin" },
    // For the front door to say, which knows whether there is TLS.
    hsts: false,
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith(apiPrefix)) reply.header("cache-control", "private, no-store");
    done();
  });
}
export const headers = fp(plugin, { name: "headers" });
