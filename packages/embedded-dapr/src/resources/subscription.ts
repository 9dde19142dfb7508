import { z } from "zod";

const Routes = z.object({
  rules: z.array(z.object({ match: z.string().optional(), path: z.string() })).optional(),
  default: z.string().optional(),
});
const Bulk = z.object({
  enabled: z.boolean(),
  maxMessagesCount: z.number().int().positive().optional(),
  maxAwaitDurationMs: z.number().optional(),
});
const common = {
  pubsubname: z.string().min(1),
  topic: z.string().min(1),
  deadLetterTopic: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  bulkSubscribe: Bulk.nullish(),
};

/** One entry of an app's GET /dapr/subscribe. */
export const ProgrammaticSubscription = z.object({ ...common, route: z.string().nullish(), routes: Routes.nullish() });

export const SubscriptionYaml = z.strictObject({
  apiVersion: z.literal("dapr.io/v2alpha1"),
  kind: z.literal("Subscription"),
  metadata: z.looseObject({ name: z.string().min(1) }),
  scopes: z.array(z.string()).optional(),
  spec: z.strictObject({ ...common, routes: Routes.strict(), bulkSubscribe: Bulk.strict().nullish() }),
});

export interface Rule {
  /** Event type that the rule takes; null takes all. */
  type: string | null;
  match: string;
  path: string;
}

export interface Subscription {
  pubsub: string;
  topic: string;
  rules: Rule[];
  deadLetterTopic: string | null;
  metadata: Record<string, string>;
  /** Messages a bulk delivery carries at most; null delivers one by one. */
  bulk: number | null;
  kind: "PROGRAMMATIC" | "DECLARATIVE";
}

function toRule({ match, path }: { match?: string | undefined; path: string }): Rule {
  const route = path.startsWith("/") ? path : `/${path}`;
  if (!match) return { type: null, match: "", path: route };
  const type = /^\s*event\.type\s*==\s*(?:"([^"]*)"|'([^']*)')\s*$/.exec(match);
  if (!type) throw new Error(`rule "${match}" is not of the form event.type == "name"`);
  return { type: type[1] ?? type[2]!, match, path: route };
}

type Source = z.infer<typeof ProgrammaticSubscription>;

export function toSubscription(source: Source, kind: Subscription["kind"]): Subscription {
  const { routes, route, bulkSubscribe } = source;
  const rules = (routes?.rules ?? []).map(toRule);
  const last = routes?.default || route;
  if (last) rules.push(toRule({ path: last }));
  if (rules.length === 0) throw new Error(`the subscription to ${source.topic} names no route`);
  return {
    pubsub: source.pubsubname,
    topic: source.topic,
    rules,
    deadLetterTopic: source.deadLetterTopic || null,
    metadata: source.metadata ?? {},
    bulk: bulkSubscribe?.enabled ? (bulkSubscribe.maxMessagesCount ?? 100) : null,
    kind,
  };
}
