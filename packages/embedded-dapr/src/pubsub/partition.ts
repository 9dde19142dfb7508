export interface Message {
  offset: number;
  /** Milliseconds since 1970. */
  publishedAt: number;
  key: string | null;
  /** Sent along as HTTP headers, like Kafka's record headers under daprd. */
  headers: Record<string, string>;
  /** The CloudEvent as JSON. */
  body: string;
}

const kept = 1_024;

/** One partition's newest messages in memory; what is older is read from the database. */
export class Partition {
  readonly topicId: number;
  readonly topic: string;
  readonly number: number;
  /** The offset of the next message; everything below it is durable. */
  next: number;
  #tail: Message[] = [];
  readonly #wake = new Set<() => void>();

  constructor(topicId: number, topic: string, number: number, next: number) {
    this.topicId = topicId;
    this.topic = topic;
    this.number = number;
    this.next = next;
  }

  /** `messages` are durable and follow the last one without a gap. */
  append(messages: Message[]): void {
    if (this.#wake.size > 0) {
      this.#tail.push(...messages);
      if (this.#tail.length > 2 * kept) this.#tail = this.#tail.slice(-kept);
    }
    this.next += messages.length;
    for (const wake of this.#wake) wake();
  }

  /** After a failed write: `next` is what the database says. */
  reset(next: number): void {
    this.#tail = [];
    this.next = next;
    for (const wake of this.#wake) wake();
  }

  /** Messages from `offset` on, or null when they are not all in memory. */
  recent(offset: number, max: number): Message[] | null {
    const index = this.#tail.length - (this.next - offset);
    return index < 0 ? null : this.#tail.slice(index, index + max);
  }

  onAppend(wake: () => void): () => void {
    this.#wake.add(wake);
    return () => {
      this.#wake.delete(wake);
      if (this.#wake.size === 0) this.#tail = [];
    };
  }
}
