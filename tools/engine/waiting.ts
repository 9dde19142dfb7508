/** What an engine has accepted and its log still holds for someone. */
export type Waiting = { events: { group: string; topic: string; count: number }[]; deadLetters: number };

export const isNothing = ({ events, deadLetters }: Waiting) => events.length === 0 && deadLetters === 0;

export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Such as “2 events for audit-service (task-events) and 1 dead letter”. */
export function inWords({ events, deadLetters }: Waiting): string {
  const parts = events.map(({ group, topic, count }) => `${counted(count, "event")} for ${group} (${topic})`);
  if (deadLetters > 0) parts.push(counted(deadLetters, "dead letter"));
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
