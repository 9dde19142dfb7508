import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "./api.ts";
import type { Account } from "./record.ts";

/** Ids of events in the order in which the feed gave them. */
export type FeedReading = {
  accountId: string;
  how: "while it ran" | "again from the start" | "by the stream";
  eventIds: string[];
  faults: string[];
};
type Page = { items: { id: string }[]; nextCursor: string };

/** Follows one account's feed through everything that happens, and can read it a second time from where it began. */
export class FeedReader {
  readonly reading: FeedReading;
  readonly #api: Api;
  readonly #account: Account;
  #start = "";
  #cursor = "";

  constructor(api: Api, account: Account) {
    this.#api = api;
    this.#account = account;
    this.reading = { accountId: account.id, how: "while it ran", eventIds: [], faults: [] };
  }

  /** Where the reading begins. */
  async begin(): Promise<string> {
    const answer = await this.#api.ask({ method: "GET", path: "/api/v1/changes" });
    this.#start = (answer.body as Page).nextCursor;
    this.#cursor = this.#start;
    return this.#start;
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#cursor = await this.#read(this.reading, this.#cursor);
      await sleep(400, undefined, { signal }).catch(() => {});
    }
  }

  /** Both readings, complete as of now. */
  async finish(): Promise<FeedReading[]> {
    const again: FeedReading = { accountId: this.#account.id, how: "again from the start", eventIds: [], faults: [] };
    this.#cursor = await this.#read(this.reading, this.#cursor);
    await this.#read(again, this.#start);
    return [this.reading, again];
  }

  async #read(reading: FeedReading, from: string): Promise<string> {
    for (let cursor = from; ; ) {
      const path = `/api/v1/changes?limit=100&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.#api.ask({ method: "GET", path });
      if (answer.status !== 200) {
        reading.faults.push(`a cursor of the feed was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
        return cursor;
      }
      const { items, nextCursor } = answer.body as Page;
      reading.eventIds.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      if (items.length === 0) return cursor;
    }
  }
}
