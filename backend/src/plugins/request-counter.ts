import { problem } from "@tend/service-kit";

const minute = 60_000;
export const tooMany = (retryAfter: number, detail = "Too many requests. Try again in a moment.") =>
  problem(429, "rate_limited", detail, { retryAfter });

/** `shared`: all replicas' requests, as they were last told; `unsent`: those of this process since then. */
type Tally = { shared: number; unsent: number };

/** Adds counts to those of all replicas in the minute that began at `began` (ms since 1970), and tells each account's sum. */
export type AddCounts = (began: number, counts: ReadonlyMap<string, number>) => Promise<ReadonlyMap<string, number>>;

/** Of the limit: who makes fewer requests in a minute, as nearly everyone does, costs the database nothing. */
const leastShared = 0.01;

/** Requests per account in the present minute. Counting takes no time; `share`, called now and then, lets the replicas count together. */
export function requestCounter(limit: number, now: () => number = Date.now) {
  let tallies = new Map<string, Tally>();
  let began = 0;
  const turn = () => {
    const at = now();
    if (at - began >= minute || at < began) {
      began = at - (at % minute);
      tallies = new Map();
    }
    return at;
  };
  return {
    count(accountId: string): void {
      const at = turn();
      let tally = tallies.get(accountId);
      if (!tally) {
        tally = { shared: 0, unsent: 0 };
        tallies.set(accountId, tally);
      }
      tally.unsent += 1;
      if (tally.shared + tally.unsent > limit) throw tooMany(Math.ceil((began + minute - at) / 1_000));
    },
    /** Where it throws, the counts stay and go with the next call. */
    async share(add: AddCounts): Promise<void> {
      turn();
      const [present, counts] = [tallies, new Map<string, number>()];
      for (const [accountId, { shared, unsent }] of present)
        if (unsent > 0 && shared + unsent >= limit * leastShared) counts.set(accountId, unsent);
      if (counts.size === 0) return;
      for (const [accountId, shared] of await add(began, counts)) {
        const tally = present.get(accountId);
        if (!tally) continue;
        tally.shared = shared;
        tally.unsent -= counts.get(accountId) ?? 0;
      }
    },
  };
}
