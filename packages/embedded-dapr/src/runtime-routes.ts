import type { FastifyInstance } from "fastify";
import type { AppContext } from "./app-context.ts";
import { DaprError } from "./errors.ts";

const version = "1.18.3-embedded";
const capabilities: Record<string, string[]> = {
  "pubsub.kafka": ["BULK_PUBSUB"],
  "bindings.cron": ["INPUT_BINDING"],
  "state.postgresql": ["ETAG", "TRANSACTIONAL", "TTL"],
};

/** Health, metadata, metrics, and the bindings API, which has nothing to send to. */
export function runtimeRoutes(app: FastifyInstance, context: AppContext): void {
  healthRoutes(app, context);
  metadataRoutes(app, context);
  app.get("/metrics", async (_request, reply) => {
    const { registry } = context.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.route({
    method: ["POST", "PUT"],
    url: "/v1.0/bindings/:name",
    handler: async ({ params }) => {
      const { name } = params as { name: string };
      const reason = `error invoking output binding ${name}: couldn't find output binding ${name}`;
      throw new DaprError(500, "ERR_INVOKE_OUTPUT_BINDING", reason);
    },
  });
}

/** A sidecar that answers is up: it listens only once its components are there. A database that is away does not show here. */
function healthRoutes(app: FastifyInstance, { appId }: AppContext): void {
  app.get<{ Querystring: { appid?: string } }>("/v1.0/healthz", async ({ query }, reply) => {
    if (query.appid === undefined || query.appid === appId) return reply.code(204).send();
    throw new DaprError(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");
  });
  app.get("/v1.0/healthz/outbound", async (_request, reply) => reply.code(204).send());
}

function metadataRoutes(app: FastifyInstance, context: AppContext): void {
  const extended: Record<string, string> = { daprRuntimeVersion: version };
  app.get("/v1.0/metadata", async () => ({
    id: context.appId,
    runtimeVersion: version,
    components: context.components.map(({ name, type, version: componentVersion }) => ({
      name,
      type,
      version: componentVersion,
      ...(capabilities[type] && { capabilities: capabilities[type] }),
    })),
    extended,
    subscriptions: context.subscriptions.map(({ pubsub, topic, rules, deadLetterTopic, metadata, kind }) => ({
      pubsubname: pubsub,
      topic,
      metadata,
      rules: rules.map(({ match, path }) => (match ? { match, path } : { path })),
      deadLetterTopic: deadLetterTopic ?? "",
      type: kind,
    })),
    appConnectionProperties: { port: context.channel.appPort, protocol: "http", channelAddress: "127.0.0.1" },
  }));
  app.put<{ Params: { key: string }; Body: Buffer | undefined }>(
    "/v1.0/metadata/:key",
    async ({ params, body }, reply) => {
      extended[params.key] = body?.toString() ?? "";
      return reply.code(204).send();
    },
  );
}
