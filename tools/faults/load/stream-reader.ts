import { setTimeout as sleep } from "node:timers/promises";
import type { FeedReading } from "./feed-reader.ts";
import type { Account } from "./record.ts";

/** How long the stream may take to tell of what has happened. */
const lagMs = 10_000;

/** An open page: it listens, and after each break goes on from the last id that it saw. */
export class StreamReader {
  readonly #reading: FeedReading;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #closing = new AbortController();
  /** Connections that Tend refused by a failure (5xx). */
  refused = 0;
  #lastId: string;
  #listening: Promise<void> = Promise.resolve();

  constructor(base: string, account: Account, cursor: string) {
    this.#url = `${base}/api/v1/stream`;
    this.#headers = { authorization: `Bearer ${account.token}` };
    this.#lastId = cursor;
    this.#reading = { accountId: account.id, how: "by the stream", eventIds: [], faults: [] };
  }

  /** Events told of so far. */
  get count(): number {
    return this.#reading.eventIds.length;
  }

  listen(): void {
    this.#listening = this.#listen();
  }

  /** Waits until it has told of `expected`, or ought to have. */
  async finish(expected: readonly string[]): Promise<FeedReading> {
    const isComplete = () => {
      const read = new Set(this.#reading.eventIds);
      return expected.every((id) => read.has(id));
    };
    for (const end = Date.now() + lagMs; Date.now() < end && !isComplete(); ) await sleep(50);
    this.#closing.abort();
    await this.#listening;
    return this.#reading;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // A connection that breaks in the middle is what this is for.
      await this.#connect(signal).catch(() => {});
      await sleep(200, undefined, { signal }).catch(() => {});
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const headers = { ...this.#headers, "last-event-id": this.#lastId };
    const response = await fetch(this.#url, { headers, signal });
    if (!response.ok || !response.body) {
      if (response.status >= 500) this.refused++;
      else this.#reading.faults.push(`the stream was answered with ${response.status}`);
      return void (await response.body?.cancel());
    }
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  /** Half a message at a break is dropped: its id is not yet ours. */
  #take(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
    );
    this.#lastId = fields.get("id") ?? this.#lastId;
    if (fields.get("event") === "change") this.#reading.eventIds.push(JSON.parse(fields.get("data") ?? "{}").id);
  }
}
