import type { Component } from "../resources/component.ts";

/**
 * Dapr's topic scopes, from a pub/sub's metadata: `allowedTopics` are all there are; `publishingScopes` and `subscriptionScopes`
 * ("app=topic,topic;app=topic") limit the apps they name, and nobody else but for `protectedTopics`.
 */
export function isTopicAllowed(
  { metadata }: Component,
  scopes: "publishingScopes" | "subscriptionScopes",
  { appId, topic }: { appId: string; topic: string },
): boolean {
  const read = (name: string) => (metadata.get(name.toLowerCase()) ?? "").replaceAll(" ", "");
  const topicsOf = (text: string) => text.split(",").filter((name) => name !== "");
  const allowed = topicsOf(read("allowedTopics"));
  if (allowed.length > 0 && !allowed.includes(topic)) return false;
  // "app=" names the app and gives it nothing.
  const own = read(scopes)
    .split(";")
    .map((entry) => entry.split("="))
    .flatMap(([app, topics]) => (app === appId && topics !== undefined ? topics.split(",") : []));
  if (own.length === 0 && !topicsOf(read("protectedTopics")).includes(topic)) return true;
  return own.includes(topic);
}
