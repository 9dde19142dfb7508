import type { ServerResponse } from "node:http";
import type { Database } from "../tasks/tasks.repository.ts";
import { encodePosition, type FeedEvent, type Position, readFeed, toChange } from "./feed.ts";

const batch = 500;
/** Bytes that may wait for a slow reader; above it the stream is ended, and the reader resumes by its last event's id. */
const maxWaiting = 1024 * 1024;

type Stream = { accountId: string; credentialHash: Buffer; response: ServerResponse; position: Position };

const isAfter = (event: FeedEvent, position: Position) => {
  const [a, b] = [BigInt(event.txid), BigInt(position.txid)];
  return a > b || (a === b && event.seq > position.seq);
};

/** All open streams of this process. One query serves them all, however many accounts they belong to. */
export class StreamHub {
  readonly #db: Database;
  readonly #streams = new Set<Stream>();
  #reading: Promise<void> = Promise.resolve();
  #isWaiting = false;

  constructor(db: Database) {
    this.#db = db;
  }

  get size() {
    return this.#streams.size;
  }

  /** Sends what has happened since `position`, then whatever happens, until the response closes. */
  open(accountId: string, credentialHash: Buffer, response: ServerResponse, position: Position): Promise<void> {
    // A reader that went away while the position was looked up closes no second time.
    if (response.destroyed) return Promise.resolve();
    const stream = { accountId, credentialHash, response, position };
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
    return this.wake();
  }

  /** Reads the feed once more; calls while it is read lead to one more reading, not to many. */
  wake(): Promise<void> {
    if (this.#isWaiting || this.#streams.size === 0) return this.#reading;
    this.#isWaiting = true;
    this.#reading = this.#reading
      .catch(() => {})
      .then(() => {
        this.#isWaiting = false;
        return this.#read();
      });
    return this.#reading;
  }

  /** Tells the account's pages to load their notifications again; no id, since it is not a change. */
  notify(accountId: string) {
    for (const stream of this.#streams)
      if (stream.accountId === accountId) this.#write(stream, "event: notification\ndata: {}\n\n");
  }

  heartbeat() {
    for (const stream of this.#streams) this.#write(stream, ": still here\n\n");
  }

  /** Ends the streams whose session or token is gone. */
  async endRevoked(): Promise<void> {
    const hashes = [...new Set([...this.#streams].map((stream) => stream.credentialHash))];
    if (hashes.length === 0) return;
    const text =
      "select hash from credentials where hash = any($1::bytea[]) and (expires_at is null or expires_at > now())";
    const { rows } = await this.#db.query<{ hash: Buffer }>({ name: "stream-credentials", text, values: [hashes] });
    const alive = new Set(rows.map((row) => row.hash.toString("hex")));
    for (const stream of this.#streams) if (!alive.has(stream.credentialHash.toString("hex"))) this.#end(stream);
  }

  close() {
    for (const stream of this.#streams) this.#end(stream);
  }

  /** What a slow reader has not taken yet keeps the response open: nothing more is written to it meanwhile. */
  #end(stream: Stream) {
    this.#streams.delete(stream);
    stream.response.end();
  }

  async #read(): Promise<void> {
    for (let isFull = true; isFull; ) {
      const streams = [...this.#streams];
      const [first] = streams;
      if (!first) return;
      const start = streams.reduce(
        (earliest, { position }) => (compare(position, earliest) < 0 ? position : earliest),
        first.position,
      );
      const accounts = [...new Set(streams.map((stream) => stream.accountId))];
      const events = await readFeed(this.#db, accounts, start, batch);
      for (const event of events) this.#deliver(event, streams);
      const last = events.at(-1);
      // Streams that had nothing in this batch need not read it again.
      if (last)
        for (const stream of streams)
          if (isAfter(last, stream.position)) stream.position = { ...stream.position, txid: last.txid, seq: last.seq };
      isFull = events.length === batch;
    }
  }

  #deliver(event: FeedEvent, streams: Stream[]) {
    const json = JSON.stringify(toChange(event));
    for (const stream of streams) {
      if (stream.accountId !== event.accountId || !isAfter(event, stream.position)) continue;
      stream.position = { ...stream.position, txid: event.txid, seq: event.seq };
      this.#write(stream, `id: ${encodePosition(stream.position)}\nevent: change\ndata: ${json}\n\n`);
    }
  }

  #write({ response }: Stream, text: string) {
    if (response.writableEnded) return;
    response.write(text);
    if (response.writableLength > maxWaiting) response.destroy();
  }
}

const compare = (a: Position, b: Position) =>
  a.txid === b.txid ? a.seq - b.seq : BigInt(a.txid) < BigInt(b.txid) ? -1 : 1;
