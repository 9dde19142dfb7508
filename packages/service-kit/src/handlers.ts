import type { EventDefinition } from "@tend/contracts";
import type { z } from "zod";
import type { Tx } from "./database.ts";
import type { Logger } from "./log.ts";

export type EventOf<D extends EventDefinition> = z.infer<D["envelope"]>;
type AnyEvent = z.infer<EventDefinition["envelope"]>;

/** The event can never be handled: it is dropped to the dead letters at once instead of being tried again. */
export class RefusedEvent extends Error {
  override readonly name = "RefusedEvent";
}

/** What a handler may use in the transaction that also records the event in the inbox. */
export type Writing = {
  tx: Tx;
  log: Logger;
  /** Best effort: runs once the transaction has committed, not at all after a crash. */
  afterCommit(work: () => void): void;
};
/** Writes only to the service's own database. */
export type WritingHandler<C> = {
  kind: "writing";
  definitions: readonly EventDefinition[];
  run(events: AnyEvent[], context: C & Writing): Promise<void>;
};
/** Calls another service first, outside any transaction, then stores what came of it together with the inbox. */
export type CallingHandler<C> = {
  kind: "calling";
  definitions: readonly EventDefinition[];
  needsCall(event: AnyEvent): boolean;
  call(event: AnyEvent, context: C & { log: Logger }): Promise<unknown>;
  store(event: AnyEvent, result: unknown, context: C & Writing): Promise<void>;
  storeUncalled(events: AnyEvent[], context: C & Writing): Promise<void>;
};
export type Handler<C> = WritingHandler<C> | CallingHandler<C>;

/** One event at a time. Each event reaches it once, unless its transaction failed. */
export function handler<D extends EventDefinition, C>(
  definition: D,
  work: (event: EventOf<D>, context: C & Writing) => Promise<void>,
): Handler<C> {
  return batchHandler(definition, async (events, context) => {
    for (const event of events) await work(event, context);
  });
}

/** New events in their order, as many as came together: for statements of many rows. */
export function batchHandler<D extends EventDefinition, C>(
  definitions: D | readonly D[],
  work: (events: EventOf<D>[], context: C & Writing) => Promise<void>,
): Handler<C> {
  // The dispatcher parses each event with the envelope of the definition it was registered under.
  return {
    kind: "writing",
    definitions: listOf(definitions),
    run: work as WritingHandler<C>["run"],
  };
}

export type CallingSteps<D extends EventDefinition, R, C> = {
  /** May use the network; must be idempotent. */
  call(event: EventOf<D>, context: C & { log: Logger }): Promise<R>;
  store(event: EventOf<D>, result: R, context: C & Writing): Promise<void>;
} & (EveryEventCalls | SomeEventsCall<D, C>);
type EveryEventCalls = { needsCall?: never; storeUncalled?: never };
type SomeEventsCall<D extends EventDefinition, C> = {
  needsCall(event: EventOf<D>): boolean;
  /** Events that need no call, in their order, as many as came together. */
  storeUncalled(events: EventOf<D>[], context: C & Writing): Promise<void>;
};

export function callingHandler<D extends EventDefinition, R, C>(
  definitions: D | readonly D[],
  steps: CallingSteps<D, R, C>,
): Handler<C> {
  return {
    kind: "calling",
    definitions: listOf(definitions),
    needsCall: (steps.needsCall ?? (() => true)) as CallingHandler<C>["needsCall"],
    call: steps.call as CallingHandler<C>["call"],
    store: steps.store as CallingHandler<C>["store"],
    storeUncalled: (steps.storeUncalled ?? (async () => {})) as CallingHandler<C>["storeUncalled"],
  };
}

const listOf = <D>(definitions: D | readonly D[]): readonly D[] =>
  Array.isArray(definitions) ? definitions : [definitions as D];
