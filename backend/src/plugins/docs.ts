import Fastify, { type FastifyInstance } from "fastify";
import fp from "fastify-plugin";
import { apiPrefix } from "../auth/authenticate.ts";

// Its page starts with a script and styles of its own in the page; nothing is loaded from or sent to another place.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The browsable document. Its package weighs 24 MB and a third of a second, so that it is loaded when somebody looks. */
async function plugin(app: FastifyInstance) {
  let opened: Promise<FastifyInstance> | undefined;
  const hidden = { schema: { hide: true } as object };
  app.get("/docs", hidden, (_request, reply) => reply.redirect("/docs/"));
  app.get("/docs/*", hidden, async (request, reply) => {
    opened ??= openReference();
    const answer = await (await opened).inject(request.url);
    return reply
      .code(answer.statusCode)
      .header("content-security-policy", policy)
      .type(String(answer.headers["content-type"] ?? "text/html"))
      .send(answer.rawPayload);
  });
}

async function openReference(): Promise<FastifyInstance> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const reference = Fastify();
  await reference.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      url: `${apiPrefix}/openapi.json`,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
    },
  });
  return reference;
}

export const docs = fp(plugin, { name: "docs" });
