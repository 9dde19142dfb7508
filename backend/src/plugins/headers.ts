import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";
import fp from "fastify-plugin";
import { apiPrefix } from "../auth/authenticate.ts";

/** What no browser may do with our answers, and that nobody keeps what an account was answered. */
async function plugin(app: FastifyInstance) {
  await app.register(helmet, {
    // Below as one constant: helmet puts it together again for each request.
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "same-origin" },
    // For the front door to say, which knows whether there is TLS.
    hsts: false,
    // They say something about pages only, or to browsers that are gone, and each costs every request.
    ...{
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
    },
    xXssProtection: false,
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    if (request.url.startsWith(apiPrefix)) reply.header("cache-control", "private, no-store");
    done();
  });
}
export const headers = fp(plugin, { name: "headers" });
