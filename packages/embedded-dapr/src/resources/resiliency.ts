import { z } from "zod";
import { parseDuration } from "./duration.ts";

const Retry = z.strictObject({
  policy: z.enum(["constant", "exponential"]).default("constant"),
  duration: z.string().optional(),
  maxInterval: z.string().optional(),
  maxRetries: z.number().int().optional(),
  matching: z
    .strictObject({ httpStatusCodes: z.string().optional(), gRPCStatusCodes: z.string().optional() })
    .optional(),
});
const CircuitBreaker = z.strictObject({
  maxRequests: z.number().int().optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  trip: z.string().optional(),
});
const Target = z.strictObject({
  timeout: z.string().optional(),
  retry: z.string().optional(),
  circuitBreaker: z.string().optional(),
  circuitBreakerCacheSize: z.number().optional(),
});

export const ResiliencyYaml = z.strictObject({
  apiVersion: z.literal("dapr.io/v1alpha1"),
  kind: z.literal("Resiliency"),
  metadata: z.looseObject({ name: z.string().min(1) }),
  scopes: z.array(z.string()).optional(),
  spec: z.strictObject({
    policies: z.strictObject({
      timeouts: z.record(z.string(), z.string()).optional(),
      retries: z.record(z.string(), Retry).optional(),
      circuitBreakers: z.record(z.string(), CircuitBreaker).optional(),
    }),
    targets: z.strictObject({
      apps: z.record(z.string(), Target).optional(),
      components: z
        .record(z.string(), z.strictObject({ inbound: Target.optional(), outbound: Target.optional() }))
        .optional(),
    }),
  }),
});

export interface RetryPolicy {
  /** Milliseconds before retry n (1 is the first), or null when there are none left. */
  delay(retry: number): number | null;
  maxRetries: number;
  retriesStatus(status: number): boolean;
}

export interface BreakerPolicy {
  /** Consecutive failures after which the breaker opens. */
  failures: number;
  /** Milliseconds it stays open. */
  openFor: number;
}

export interface Policy {
  /** Milliseconds; null is no limit. */
  timeout: number | null;
  retry: RetryPolicy | null;
  breaker: BreakerPolicy | null;
}

export interface Resiliency {
  app(appId: string): Policy;
  inbound(component: string): Policy;
}

const none: Policy = { timeout: null, retry: null, breaker: null };
export const noResiliency: Resiliency = { app: () => none, inbound: () => none };

/** `retry.DefaultConfig` of Dapr's kit: 5 s constant; exponential from 500 ms by 1.5 to 60 s, ±50 %; endless unless told. */
function toRetryPolicy(yaml: z.infer<typeof Retry>): RetryPolicy {
  const duration = parseDuration(yaml.duration ?? "5s");
  const maxInterval = parseDuration(yaml.maxInterval ?? "60s");
  const maxRetries = yaml.maxRetries === undefined || yaml.maxRetries < 0 ? Number.POSITIVE_INFINITY : yaml.maxRetries;
  const interval = (retry: number) =>
    yaml.policy === "constant"
      ? duration
      : Math.min(500 * 1.5 ** Math.min(retry - 1, 100), maxInterval) * (0.5 + Math.random());
  const codes = yaml.matching?.httpStatusCodes;
  const ranges = codes?.split(",").map((range) => range.trim().split("-").map(Number));
  return {
    delay: (retry) => (retry > maxRetries ? null : interval(retry)),
    maxRetries,
    retriesStatus: (status) => !ranges || ranges.some(([from, to]) => status >= from! && status <= (to ?? from!)),
  };
}

function toBreakerPolicy(yaml: z.infer<typeof CircuitBreaker>): BreakerPolicy {
  if (yaml.interval !== undefined || (yaml.maxRequests ?? 1) !== 1) {
    throw new Error("a circuit breaker counts without an interval and tries with one request (maxRequests: 1)");
  }
  const trip = /^\s*consecutiveFailures\s*(>=?)\s*(\d+)\s*$/.exec(yaml.trip ?? "consecutiveFailures > 5");
  if (!trip) throw new Error(`trip "${yaml.trip}" is not of the form "consecutiveFailures > 5"`);
  return {
    failures: Number(trip[2]) + (trip[1] === ">" ? 1 : 0),
    openFor: parseDuration(yaml.timeout ?? "60s"),
  };
}

/** What Dapr knows beyond this is refused, so that nobody relies on a policy that does not hold. */
function refuseUnknown({ scopes, spec }: z.infer<typeof ResiliencyYaml>): void {
  if (scopes?.length) throw new Error("a Resiliency for some apps only (scopes) is not known to the embedded sidecar");
  for (const [name, { inbound, outbound }] of Object.entries(spec.targets.components ?? {})) {
    if (outbound) throw new Error(`outbound policies (of ${name}) are not known to the embedded sidecar`);
    if (inbound?.circuitBreaker)
      throw new Error(`a delivery (of ${name}) has no circuit breaker in the embedded sidecar`);
  }
}

export function toResiliency(yaml: z.infer<typeof ResiliencyYaml>): Resiliency {
  refuseUnknown(yaml);
  const { policies, targets } = yaml.spec;
  const named = <T>(kind: string, all: Record<string, T> | undefined, name: string | undefined): T | null => {
    if (name === undefined) return null;
    const found = all?.[name];
    if (found === undefined) throw new Error(`${kind} policy "${name}" is used and not defined`);
    return found;
  };
  const toPolicy = (target: z.infer<typeof Target> | undefined): Policy => {
    if (!target) return none;
    const timeout = named("timeout", policies.timeouts, target.timeout);
    const retry = named("retry", policies.retries, target.retry);
    const breaker = named("circuit breaker", policies.circuitBreakers, target.circuitBreaker);
    return {
      timeout: timeout === null ? null : parseDuration(timeout),
      retry: retry && toRetryPolicy(retry),
      breaker: breaker && toBreakerPolicy(breaker),
    };
  };
  const mapped = <T>(all: Record<string, T> | undefined, to: (value: T) => Policy) =>
    new Map(Object.entries(all ?? {}).map(([name, value]) => [name, to(value)]));
  const apps = mapped(targets.apps, toPolicy);
  const inbound = mapped(targets.components, (component) => toPolicy(component.inbound));
  return { app: (id) => apps.get(id) ?? none, inbound: (component) => inbound.get(component) ?? none };
}
