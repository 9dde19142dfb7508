import { z } from "zod";
import type { AppContext } from "../app-context.ts";
import { isInScope } from "../resources/component.ts";
import { parseDuration } from "../resources/duration.ts";
import type { Resources } from "../resources/read-resources.ts";
import { ProgrammaticSubscription, type Subscription, toSubscription } from "../resources/subscription.ts";
import type { ConsumerOffsets } from "./offsets.ts";
import { PartitionConsumer } from "./partition-consumer.ts";
import { isTopicAllowed } from "./topic-scopes.ts";

/** One app's subscriptions and their consumers. The consumer group is the app id. */
export class Subscriber {
  readonly #context: AppContext;
  readonly #resources: Resources;
  readonly #offsets: ConsumerOffsets;
  readonly #running = new Map<string, PartitionConsumer[]>();

  constructor(context: AppContext, resources: Resources, offsets: ConsumerOffsets) {
    this.#context = context;
    this.#resources = resources;
    this.#offsets = offsets;
  }

  get consumers(): PartitionConsumer[] {
    return [...this.#running.values()].flat();
  }

  /** Takes what the files declare and what the app says when asked, once: like daprd, it is not asked again. */
  async start(): Promise<void> {
    const wanted = await this.#discover();
    for (const subscription of wanted) {
      const id = `${subscription.pubsub}/${subscription.topic}`;
      if (!this.#running.has(id)) this.#running.set(id, await this.#consume(subscription));
    }
    this.#context.subscriptions = wanted;
  }

  async stop(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
  }

  /** Of several to one topic the first declared one holds, and the app's own word above it. */
  async #discover(): Promise<Subscription[]> {
    const { appId } = this.#context;
    const declared = this.#resources.subscriptions
      .filter(({ scopes }) => scopes === null || scopes.has(appId))
      .map(({ subscription }) => subscription);
    const byTopic = new Map<string, Subscription>();
    for (const subscription of [...declared.reverse(), ...(await this.#ask())]) {
      if (this.#isPossible(subscription)) byTopic.set(`${subscription.pubsub}/${subscription.topic}`, subscription);
    }
    return [...byTopic.values()];
  }

  #isPossible({ pubsub, topic }: Subscription): boolean {
    const { appId, pubsubs, logger } = this.#context;
    const component = pubsubs.get(pubsub);
    if (!component) logger.error({ app_id: appId, topic, pubsub }, "subscribes to an unknown pubsub");
    else if (isTopicAllowed(component, "subscriptionScopes", { appId, topic })) return true;
    else logger.error({ app_id: appId, topic, pubsub }, "subscribes to a topic that the pubsub's scopes deny it");
    return false;
  }

  async #ask(): Promise<Subscription[]> {
    const { channel, logger } = this.#context;
    const { status, body } = await channel.request({ method: "GET", path: "/dapr/subscribe", timeout: 10_000 });
    if (status === 404 || status === 204 || body === "") return [];
    if (status !== 200) throw new Error(`GET /dapr/subscribe answered ${status}`);
    const parsed = z.array(ProgrammaticSubscription).nullable().safeParse(JSON.parse(body));
    if (parsed.success) return (parsed.data ?? []).map((source) => toSubscription(source, "PROGRAMMATIC"));
    logger.error({ reason: z.prettifyError(parsed.error) }, "the answer to GET /dapr/subscribe is not valid");
    return [];
  }

  async #consume(subscription: Subscription): Promise<PartitionConsumer[]> {
    const { appId, channel, log, logger, metrics, pubsubs } = this.#context;
    const policy = this.#resources.resiliency.inbound(subscription.pubsub);
    const interval = pubsubs.get(subscription.pubsub)?.metadata.get("consumeretryinterval");
    if (subscription.deadLetterTopic) await log.topic(subscription.deadLetterTopic);
    const partitions = await log.topic(subscription.topic);
    const positions = await this.#offsets.load(appId, partitions);
    logger.info({ app_id: appId, topic: subscription.topic }, "subscribed");
    const deliverer = { channel, subscription, timeout: policy.timeout, metrics };
    const redeliverAfter = interval === undefined ? 5_000 : parseDuration(interval);
    return partitions.map(
      (partition, index) =>
        new PartitionConsumer(partition, positions[index]!, {
          group: appId,
          deliverer,
          policy,
          redeliverAfter,
          log,
          offsets: this.#offsets,
          logger,
        }),
    );
  }
}

export function pubsubsOf(resources: Resources, appId: string) {
  const visible = resources.components.filter(({ type }) => type === "pubsub.kafka");
  return new Map(
    visible.filter((component) => isInScope(component, appId)).map((component) => [component.name, component]),
  );
}
