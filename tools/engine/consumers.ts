import { type Topic, topics } from "@tend/contracts";

/** The consumer groups of each topic, on both engines: app ids. */
export const consumers: Record<Topic, readonly string[]> = {
  "task-events": ["audit-service", "notification-service", "recurring-task-service"],
  reminders: ["notification-service"],
  "audit-logs": ["audit-service"],
};

export const deadLetterTopic = (topic: string) => `${topic}-dead-letters`;
export const subscriptions = topics.flatMap((topic) => consumers[topic].map((group) => ({ group, topic })));
