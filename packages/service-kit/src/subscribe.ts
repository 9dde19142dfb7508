import type { FastifyRequest } from "fastify";
import type { Guards } from "./app-token.ts";
import { createDispatch, type Dispatch, type DispatchOptions } from "./dispatch.ts";
import type { Handler } from "./handlers.ts";
import { eventDelays, type Metrics } from "./metrics.ts";
import type { App } from "./server.ts";

export type Subscription<C> = {
  /** As `dapr/subscriptions/` names it, such as `/events/task-events`. */
  route: string;
  /** One handler for each event type at most; types without one go to that of `otherTypes`, or are acknowledged. */
  handlers: readonly Handler<C>[];
};
export type SubscribeOptions<C> = Omit<DispatchOptions<C>, "handlers" | "delays"> & {
  guards: Guards;
  metrics: Metrics;
  subscriptions: readonly Subscription<C>[];
};

const bodyLimit = 16 * 1024 * 1024;

/** One route for each topic that `dapr/subscriptions/` sends here, one by one or in bulk. No answer is ever a 404: that would drop the event. */
export function subscribe<C>(app: App, options: SubscribeOptions<C>) {
  const delays = eventDelays(options.metrics);
  app.register(async (scope) => {
    scope.addHook("onRequest", options.guards.sidecarOnly);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string", bodyLimit }, (_request, body, done) =>
      done(null, parse(body as string)),
    );
    const config = { quiet: true };
    for (const { route, handlers } of options.subscriptions) {
      const dispatch = createDispatch({ ...options, delays, handlers });
      scope.post(route, { config, bodyLimit }, async (request, reply) => {
        if (isBulk(request.body)) return answerBulk(request.body.entries, dispatch);
        const status = await answerOne(request, dispatch);
        return reply.code(status === "RETRY" ? 500 : 200).send({ status });
      });
    }
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type BulkEntry = { entryId: string; event: unknown };
const isBulk = (body: unknown): body is { entries: BulkEntry[] } =>
  typeof body === "object" &&
  body !== null &&
  "entries" in body &&
  Array.isArray(body.entries) &&
  !("specversion" in body);

async function answerOne(request: FastifyRequest, dispatch: Dispatch) {
  const [verdict] = await dispatch([request.body]);
  return verdict ?? "DROP";
}

async function answerBulk(entries: BulkEntry[], dispatch: Dispatch) {
  const verdicts = await dispatch(entries.map(({ event }) => (typeof event === "string" ? parse(event) : event)));
  return { statuses: entries.map(({ entryId }, index) => ({ entryId, status: verdicts[index] })) };
}
