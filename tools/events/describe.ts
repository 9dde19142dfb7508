import type { Letter } from "./letter.ts";
import type { Parked } from "./parked.ts";

const typeOf = (event: unknown) =>
  typeof event === "object" && event !== null && "type" in event ? String(event.type) : "not a CloudEvent";
const idOf = (event: unknown) =>
  typeof event === "object" && event !== null && "id" in event ? String(event.id) : "without an id";

export const parkedLine = ({ at, topic, type, id, error }: Parked) => `  ${at}  ${topic}  ${type}  ${id}  ${error}`;

/** `since`: the epoch that the last restore began; consumers pass over what was published in one before. */
export function letterLine({ at, topic, event, id, group, reason }: Letter, since: number): string {
  const why = group === null ? "no reason noted" : `${group}: ${reason}`;
  const gone = isGivenUp(event, since) ? "  (of before a restore: passed over)" : "";
  return `  ${at.toISOString()}  ${topic}  ${typeOf(event)}  ${id}  ${why}${gone}`;
}

/** As the consumers judge it. */
export const isGivenUp = (event: unknown, since: number) =>
  typeof event === "object" && event !== null && Number("epoch" in event ? event.epoch : 0) < since;

export function describeParked({ id, at, topic, key, error, event }: Parked): string {
  const lines = { when: at, topic, key, why: `refused before it was published: ${error}` };
  return inFull(`Parked event ${id}`, lines, event);
}

export function describeLetter({ id, at, topic, key, group, reason, event }: Letter): string {
  const noted = `not noted by Dapr: look for event ${idOf(event)} in the logs of the services at that time`;
  const lines = { when: at.toISOString(), topic, key: key ?? "none", for: group ?? noted, why: reason ?? noted };
  return inFull(`Dead letter ${id}`, lines, event);
}

function inFull(title: string, lines: Record<string, string>, event: unknown): string {
  const body = Object.entries(lines).map(([name, value]) => `  ${name.padEnd(6)} ${value}`);
  return [title, ...body, JSON.stringify(event, null, 2)].join("\n");
}
