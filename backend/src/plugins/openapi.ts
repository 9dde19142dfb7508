import swagger from "@fastify/swagger";
import type { FastifyInstance, RouteOptions } from "fastify";
import fp from "fastify-plugin";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { apiPrefix } from "../auth/authenticate.ts";
import { describeOperation } from "./openapi-operations.ts";
import { type Document, withProblems } from "./openapi-problems.ts";

const description = `Everything under \`/api/v1\` needs an account: a session's cookie, or \`Authorization: Bearer\` with an access token.
Errors are \`application/problem+json\`. Checks come in this order: 401, 403, then 415, 413, 400, then 404, then 409, 412, 422.
Every POST takes an \`Idempotency-Key\`.`;

/** OpenAPI 3.1 from the routes' own schemas, at /api/v1/openapi.json. */
async function plugin(app: FastifyInstance) {
  const { config } = app.context;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Tend",
        version: "1.0.0",
        description,
        license: { name: "AGPL-3.0-only", identifier: "AGPL-3.0-only" },
      },
      servers: [{ url: config.publicUrl }],
      components: {
        securitySchemes: {
          accessToken: { type: "http", scheme: "bearer", description: "A personal access token: tend_…" },
          session: { type: "apiKey", in: "cookie", name: "tend.session_token" },
        },
      },
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      return { schema: describeOperation({ ...schema }, input.route as RouteOptions), url };
    },
    transformObject: (input) => withProblems(jsonSchemaTransformObject(input) as Document),
  });

  app.get(
    `${apiPrefix}/openapi.json`,
    { config: { auth: "public" }, schema: { hide: true } as object },
    async (_request, reply) => reply.header("cache-control", "no-cache").send(app.swagger()),
  );
}

export const openapi = fp(plugin, { name: "openapi" });
