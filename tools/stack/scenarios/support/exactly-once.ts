import { expect } from "vitest";
import { nothingTwice } from "../../../faults/check/acknowledged.ts";
import { checks } from "../../../faults/check/checks.ts";
import type { Facts } from "../../../faults/check/facts.ts";
import type { Kill } from "../../../faults/kill-part.ts";
import { newRecord } from "../../../faults/load/record.ts";
import { onlyOf } from "../../../faults/only-of.ts";
import { mailDomain, root } from "../../../faults/product.ts";
import { verifyChains } from "../../../faults/read-facts.ts";
import { readAtRest } from "../../../faults/settle.ts";
import type { Person } from "./person.ts";
import { sink, stack } from "./stack.ts";

/** Waits until all is quiet, then holds what belongs to the person to the fault run's promises: every event has each of its effects once. */
export async function expectExactlyOnce({ account }: Person, kills: Kill[] = []): Promise<Facts> {
  const { result, pending } = await readAtRest({
    databaseUrl: stack.databaseUrl(),
    log: stack.log,
    patienceMs: 300_000,
  });
  expect(pending, "what is still not quiet").toEqual([]);
  const facts = onlyOf([account], {
    ...result,
    record: { ...newRecord(), accounts: [account] },
    feeds: [],
    kills,
    replicas: stack.replicas,
    mailDomain,
    mails: sink.mails,
    laterEvents: [],
    chains: await verifyChains(stack.auditUrl(), root),
  });
  // Which tasks were asked for, only a load's record knows.
  const judging = checks.filter((check) => check !== nothingTwice);
  expect(judging.flatMap((check) => check.find(facts))).toEqual([]);
  return facts;
}
