import type { RunningTarget } from "../conformance/target.ts";
import { SidecarClient } from "./sidecar-client.ts";
import type { TestApp } from "./test-app.ts";
import { component, type ResourceFiles, retrying } from "./write-resources.ts";

/** One pub/sub whose deliveries are retried `maxRetries` times, 10 ms apart. */
export function pubsubOnly(maxRetries = 3): ResourceFiles {
  return {
    components: [component("pubsub", "pubsub.kafka", { consumeRetryInterval: "20ms" })],
    resiliency: retrying(maxRetries),
  };
}

export function subscription(topic: string, more: object = {}) {
  return { pubsubname: "pubsub", topic, route: `/${topic}`, deadLetterTopic: `${topic}-dead`, ...more };
}

/** Publishes as `app`; resolves with the status. */
export async function publish(
  target: Pick<RunningTarget, "endpoint">,
  app: TestApp,
  topic: string,
  data: unknown,
  key?: string,
): Promise<number> {
  const query = key === undefined ? "" : `?metadata.partitionKey=${encodeURIComponent(key)}`;
  return (await new SidecarClient(target.endpoint(app.appId)).post(`/v1.0/publish/pubsub/${topic}${query}`, data))
    .status;
}

export async function publishMany(
  target: Pick<RunningTarget, "endpoint">,
  app: TestApp,
  topic: string,
  items: { data: unknown; key: string }[],
) {
  const entries = items.map(({ data, key }, n) => ({
    entryId: `${n}`,
    event: data,
    contentType: "application/json",
    metadata: { partitionKey: key },
  }));
  const { status } = await new SidecarClient(target.endpoint(app.appId)).post(
    `/v1.0/publish/bulk/pubsub/${topic}`,
    entries,
  );
  if (status !== 204) throw new Error(`bulk publish answered ${status}`);
}
