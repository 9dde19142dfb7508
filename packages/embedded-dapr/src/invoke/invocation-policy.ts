import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  handleWhen,
  type IPolicy,
  noop,
  retry,
  wrap,
} from "cockatiel";
import type { Policy } from "../resources/resiliency.ts";

/** A failure that cannot be tried again. */
export class Final extends Error {}

export interface FailedAttempt {
  /** The app's status, where it gave one. */
  status: number | null;
}

export type InvocationPolicy = IPolicy;

/** Retries around a breaker, as daprd nests them; the timeout of an attempt is the attempt's own. */
export function createInvocationPolicy({ retry: retries, breaker }: Policy): InvocationPolicy {
  const broken = breaker
    ? circuitBreaker(handleAll, {
        halfOpenAfter: breaker.openFor,
        breaker: new ConsecutiveBreaker(breaker.failures),
      })
    : noop;
  if (!retries) return broken;
  const again = (error: unknown) => {
    if (error instanceof Final || error instanceof BrokenCircuitError) return false;
    const status = (error as Partial<FailedAttempt>).status ?? null;
    return status === null || retries.retriesStatus(status);
  };
  const backoff = { next: (context: unknown) => toBackoff(retries.delay, context) };
  return wrap(retry(handleWhen(again), { maxAttempts: retries.maxRetries, backoff }), broken);
}

type Delay = (retry: number) => number | null;

function toBackoff(
  delay: Delay,
  context: unknown,
): { duration: number; next(context: unknown): ReturnType<typeof toBackoff> } {
  const attempt = (context as { attempt: number }).attempt;
  return { duration: delay(attempt) ?? 0, next: (following) => toBackoff(delay, following) };
}
