import { connectionsOf } from "../kube/connections.ts";
import { figures, people, shipped } from "./figures.ts";
import { type Row, round } from "./table.ts";

/** People; a household or a firm on one machine is the first. */
const base = 1_000;
export const steps = [1, 10, 1_000, 100_000];

const day = 86_400;
const GiB = 1024 ** 3;
const thousand = (perDay: number) => (base * perDay * people.peak) / day;
/** Of 1,000 people at the peak, a second. */
const changes = thousand(people.changesADay);
const reads = thousand(people.readsADay);
const reminders = thousand(people.remindersADay);
const events = changes + reminders;
const pages = base * people.pagesOpen;
const looksOfTimer = 4;

type Part = {
  what: string;
  unit: string;
  /** At so many times 1,000 people. */
  needed: (factor: number) => number;
  largest: number;
};

const each = (perThousand: number) => (factor: number) => perThousand * factor;
const cores = (perSecond: number, { value }: { value: number }) => (perSecond * value) / 1_000;
const { utilisation } = shipped;
const consumerCores = shipped.consumers * utilisation;

/** The tasks, a year of history, and what is kept of inboxes and notifications. */
const diskOfYear =
  base *
  (people.tasks * figures.task.value +
    people.changesADay * 365 * (figures.event.value + figures.trail.value) +
    people.changesADay * shipped.inboxDays * 3 * figures.inbox.value +
    people.remindersADay * shipped.noticeDays * figures.notice.value);

const pageMemory = figures.page.value / 1_024;
/** A backend's without pages. */
const ownMemory = 160;
const memoryForPages = shipped.backendMemory - ownMemory;

/** Each look is for all pages of a process, one after the other, and a change makes each process look: the two multiply until all look without pause. */
function looking(factor: number): number {
  const processes = Math.max(shipped.backends, (pages * factor * pageMemory) / memoryForPages);
  const look = (((pages * factor) / processes) * figures.look.value) / 10_000;
  return processes * Math.min(1, cores(looksOfTimer + changes * factor, { value: look }));
}

const parts: Part[] = [
  {
    ...{ what: "API, processor of the backends", unit: "cores", largest: shipped.backends * utilisation },
    needed: each(
      cores(reads, { value: (figures.get.value + figures.list.value) / 2 }) + cores(changes, figures.create),
    ),
  },
  {
    ...{
      what: "PostgreSQL, processor: changes and reminders",
      unit: "cores",
      largest: shipped.postgresCores * utilisation,
    },
    needed: each(cores(changes, figures.change) + cores(reminders, figures.reminder)),
  },
  {
    ...{
      what: "PostgreSQL, processor: pages that look at the feed",
      unit: "cores",
      largest: shipped.postgresCores * utilisation,
    },
    needed: looking,
  },
  {
    ...{ what: "PostgreSQL, disk after a year", unit: "GiB", largest: shipped.postgresDisk * utilisation },
    needed: each(diskOfYear / GiB),
  },
  { what: "relay (one process)", unit: "events/s", largest: figures.relay.value, needed: each(events) },
  {
    ...{ what: "Kafka, processor of the brokers, three copies", unit: "cores" },
    largest: shipped.brokers * shipped.brokerCores * utilisation,
    needed: each(cores(events * shipped.copies, figures.kafka)),
  },
  {
    ...{ what: "Kafka, disk", unit: "GiB", largest: shipped.brokers * shipped.brokerDisk * utilisation },
    needed: each((base * people.changesADay * shipped.topicDays * shipped.copies * figures.message.value) / GiB),
  },
  { what: "audit-service", unit: "cores", largest: consumerCores, needed: each(cores(events, figures.audit)) },
  {
    what: "recurring-task-service",
    unit: "cores",
    largest: consumerCores,
    needed: each(cores(events, figures.recurring)),
  },
  {
    ...{ what: "notification-service, reminders spread over the day", unit: "cores", largest: consumerCores },
    needed: each(cores(changes, figures.notification) + cores(reminders, figures.mailing)),
  },
  {
    what: "daprd of one consumer",
    unit: "cores",
    largest: consumerCores,
    needed: each(cores(events, figures.sidecar)),
  },
  {
    ...{ what: "open pages, memory of the backends", unit: "MiB" },
    largest: shipped.backends * memoryForPages,
    needed: each(pages * pageMemory),
  },
];

/** The factor at which a part needs more than there is: needs only grow. */
export function endOf({ needed, largest }: Pick<Part, "needed" | "largest">): number {
  let [low, high] = [0, 1e9];
  while (high - low > low / 1e6 + 1e-9) {
    const middle = low === 0 && high > 1 ? 1 : (low + high) / 2;
    if (needed(middle) > largest) high = middle;
    else low = middle;
  }
  return low;
}

export const partHead = [
  "part",
  "unit",
  "largest that ships",
  ...steps.map((step) => `${step.toLocaleString("en")} ×`),
  "ends at",
];
export const partRows: Row[] = parts.map((part) => [
  part.what,
  part.unit,
  round(part.largest),
  ...steps.map((step) => round(part.needed(step))),
  `${round(endOf(part))} ×`,
]);

export const loadHead = ["", ...steps.map((step) => `${step.toLocaleString("en")} ×`)];
export const loadRows: Row[] = (
  [
    ["people", base],
    ["tasks kept", base * people.tasks],
    ["reads a second, at the peak", reads],
    ["changes a second, at the peak", changes],
    ["pages open, at the peak", pages],
    ["reminders at 09:00 of the largest zone", atNine(base)],
  ] as const
).map(([what, perThousand]) => [what, ...steps.map((step) => round(perThousand * step))]);

/** In one second. */
export function atNine(count: number): number {
  return count * people.remindersADay * people.atNine * people.largestZone;
}

/** Connections that every pool of these pods may open, those of their sidecars among them. */
export function poolsOf(backends: number, consumers: number): number {
  const ofPods = [...connectionsOf].map(
    ([appId, connections]) =>
      (appId === "todo-backend" ? backends : consumers) * (connections + shipped.sidecarConnections),
  );
  return ofPods.reduce((sum, connections) => sum + connections, 0);
}
export const poolRows: Row[] = [
  [2, 2],
  [3, 3],
  [shipped.backends, 6],
  [shipped.backends, shipped.consumers],
  [shipped.backends + shipped.surge, shipped.consumers + shipped.surge],
].map(([backends = 0, consumers = 0]) => [
  String(backends),
  String(consumers),
  poolsOf(backends, consumers).toLocaleString("en"),
  shipped.connections.toLocaleString("en"),
]);
