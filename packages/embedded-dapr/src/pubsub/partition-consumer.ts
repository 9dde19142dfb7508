import type { Logger } from "pino";
import { messageOf } from "../errors.ts";
import type { Policy } from "../resources/resiliency.ts";
import { type Deliverer, deliver, type Verdict } from "./delivery.ts";
import type { OrderedLog } from "./log.ts";
import type { ConsumerOffsets } from "./offsets.ts";
import type { Message, Partition } from "./partition.ts";

export interface ConsumerOptions {
  group: string;
  deliverer: Deliverer;
  policy: Policy;
  /** Milliseconds until the component redelivers what no policy and no dead letter took. */
  redeliverAfter: number;
  log: OrderedLog;
  offsets: ConsumerOffsets;
  logger: Logger;
}

const readAhead = 512;

/** Hands one partition's messages to one group, in order, one delivery at a time. */
export class PartitionConsumer {
  readonly partition: Partition;
  /** The next message to hand over. */
  position: number;
  readonly #options: ConsumerOptions;
  readonly #stopping = new AbortController();
  #ahead: Message[] = [];
  #seek: number | null = null;
  #wake: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(partition: Partition, position: number, options: ConsumerOptions) {
    this.partition = partition;
    this.position = position;
    this.#options = options;
    this.#running = this.#run();
  }

  /** Finishes the delivery under way and takes no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  /** Goes on at `offset` once the delivery under way is done. */
  seek(offset: number): void {
    this.#seek = offset;
    this.#wake();
  }

  async #run(): Promise<void> {
    const stopped = this.#stopping.signal;
    const forget = this.partition.onAppend(() => this.#wake());
    while (!stopped.aborted) {
      this.#applySeek();
      try {
        await this.#options.log.available.wait(stopped);
        await this.#options.deliverer.channel.healthy.wait(stopped);
        const messages = stopped.aborted ? [] : await this.#take();
        if (messages.length > 0) await this.#settle(messages);
        else await this.#somethingNew();
      } catch (error) {
        this.#options.logger.warn({ reason: messageOf(error), topic: this.partition.topic }, "a consumer pauses");
        await this.#options.log.available.sleep(250, stopped);
      }
    }
    forget();
  }

  #applySeek(): void {
    if (this.#seek === null) return;
    this.position = this.#seek;
    this.#seek = null;
    this.#ahead = [];
    this.#options.offsets.commit(this.#options.group, this.partition, this.position);
  }

  #somethingNew(): Promise<void> {
    if (this.partition.next > this.position || this.#seek !== null || this.#stopping.signal.aborted)
      return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #take(): Promise<Message[]> {
    const max = this.#options.deliverer.subscription.bulk ?? 1;
    if (this.position >= this.partition.next) return [];
    if (this.#ahead[0]?.offset !== this.position) this.#ahead = [];
    if (this.#ahead.length === 0) {
      const recent = this.partition.recent(this.position, max);
      if (recent) return recent;
      const end = this.partition.next;
      this.#ahead = await this.#options.log.read(this.partition, this.position, Math.max(readAhead, max));
      // Retention took what was between.
      if (this.#ahead.length === 0) this.position = end;
      else this.position = this.#ahead[0]!.offset;
    }
    return this.#ahead.splice(0, max);
  }

  /** Delivers until every message is handled or dead-lettered; stops early, unsettled, only when stopping. */
  async #settle(messages: Message[]): Promise<void> {
    const { deliverer, redeliverAfter, log } = this.#options;
    const stopped = this.#stopping.signal;
    const open = new Set(messages);
    const source = { topic: this.partition.topic, partition: this.partition.number };
    let failures = 0;
    while (open.size > 0) {
      const trying = [...open];
      const verdicts = await deliver(deliverer, source, trying);
      const failed = await this.#sort(trying, verdicts, open, failures + 1);
      if (failed?.counts) failures++;
      if (failed) {
        const delay = this.#delay(failed, failures);
        if (delay === null && (await this.#deadLetter([...open], failed.reason, failures))) open.clear();
        else await deliverer.channel.healthy.sleep(delay ?? redeliverAfter, stopped);
        if (delay === null) failures = 0;
      }
      this.#advance(messages, open);
      if (open.size > 0) {
        await log.available.wait(stopped);
        await deliverer.channel.healthy.wait(stopped);
        if (stopped.aborted) return;
      }
    }
  }

  /** Takes what is settled out of `open`, and returns the verdict on what must be tried again. */
  async #sort(messages: Message[], verdicts: Verdict[], open: Set<Message>, attempts: number) {
    const { metrics, channel, subscription } = this.#options.deliverer;
    let failed: Extract<Verdict, { outcome: "retry" }> | null = null;
    for (const [index, verdict] of verdicts.entries()) {
      const message = messages[index]!;
      metrics.handled.inc({ app_id: channel.appId, topic: this.partition.topic, outcome: verdict.outcome });
      if (verdict.outcome === "retry") failed = verdict;
      if (verdict.outcome === "drop" && subscription.deadLetterTopic) {
        await this.#deadLetter([message], verdict.reason, attempts);
      } else if (verdict.outcome === "drop") {
        this.#options.logger.warn({ topic: this.partition.topic, reason: verdict.reason }, "dropped a message");
      }
      if (verdict.outcome !== "retry") open.delete(message);
    }
    return failed;
  }

  #delay({ counts, status }: { counts: boolean; status: number | null }, failures: number): number | null {
    const { retry } = this.#options.policy;
    // The app took nothing; the gate decides how long to wait.
    if (!counts) return 100;
    if (!retry || (status !== null && !retry.retriesStatus(status))) return null;
    return retry.delay(failures);
  }

  async #deadLetter(messages: Message[], reason: string, attempts: number): Promise<boolean> {
    const { deliverer, group, log, logger } = this.#options;
    const topic = deliverer.subscription.deadLetterTopic;
    if (!topic) return false;
    const entries = messages.map(({ key, headers, body, offset }) => ({
      topic,
      key,
      headers,
      body,
      deadLetter: { topic: this.partition.topic, group, partition: this.partition.number, offset, reason, attempts },
    }));
    await log.append(entries);
    deliverer.metrics.handled.inc(
      { app_id: group, topic: this.partition.topic, outcome: "dead-letter" },
      entries.length,
    );
    logger.error(
      { topic: this.partition.topic, deadLetterTopic: topic, count: entries.length, reason },
      "dead-lettered",
    );
    return true;
  }

  /** Commits up to the first message that is still open. */
  #advance(messages: Message[], open: Set<Message>): void {
    const first = messages.find((message) => open.has(message));
    const position = first ? first.offset : messages[messages.length - 1]!.offset + 1;
    if (position === this.position) return;
    this.position = position;
    this.#options.offsets.commit(this.#options.group, this.partition, position);
  }
}
