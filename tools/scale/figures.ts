import type { Row } from "./table.ts";

type Source = "bench" | "stack" | "footprint";
type Figure = { what: string; value: number; unit: string; from: Source };

/** What was run, and what else the two cores had to do, as the machine's load before and after. */
const runs: Record<Source, [command: string, load: string]> = {
  bench: ["npm run bench", "about 6 to 30, not noted"],
  stack: ["npm run bench -- --stack", "3.2 → 7.0"],
  footprint: ["npm run bench -- --only footprint --tasks 100000", "3 → 5"],
};
export const runRows: Row[] = Object.entries(runs).map(([name, [command, load]]) => [name, `\`${command}\``, load]);

const figure = (what: string, value: number, unit: string, from: Source): Figure => ({ what, value, unit, from });

/** What was measured, and nothing else; two shared cores, so that times are long and rates are low. */
export const figures = {
  get: figure("reading one task: backend's processor", 0.193, "ms", "bench"),
  list: figure("a list of 50: backend's processor", 0.253, "ms", "bench"),
  create: figure("making a task: backend's processor", 0.399, "ms", "bench"),
  createAlone: figure("tasks made while events wait, database and backend on the two cores", 958, "/s", "bench"),
  createWithRest: figure("tasks made while all services work, on the two cores", 352, "/s", "bench"),
  relayEmbedded: figure("relay, embedded, all services at work", 5_207, "/s", "stack"),
  burst: figure("2,000 reminders of one second, in the app, p99 late", 1_351, "ms", "bench"),
  mail: figure("mails sent by one replica (2,000 in 23.8 s)", 84, "/s", "bench"),
  relay: figure("relay to Kafka, all services at work", 2_233, "/s", "stack"),
  handled: figure("events handled by every service, in bulk", 2_173, "/s", "stack"),
  postgresBulk: figure("an event in bulk, handled by all: PostgreSQL's processor", 0.108, "ms", "stack"),
  notification: figure("an event in bulk: notification-service's processor", 0.025, "ms", "stack"),
  recurring: figure("an event in bulk: recurring-task-service's processor", 0.064, "ms", "stack"),
  audit: figure("an event in bulk: audit-service's processor", 0.091, "ms", "stack"),
  kafka: figure("an event in bulk: the broker's processor", 0.076, "ms", "stack"),
  sidecar: figure("an event in bulk: processor of the busiest daprd", 0.106, "ms", "stack"),
  sidecarMemory: figure("memory of the largest daprd after 100,000 events", 72, "MiB", "stack"),
  change: figure(
    "an edit or completion, one by one, with all that follows: PostgreSQL's processor",
    3.26,
    "ms",
    "footprint",
  ),
  reminder: figure("a reminder, in the app and by mail: PostgreSQL's processor", 2.27, "ms", "footprint"),
  mailing: figure("a reminder, in the app and by mail: notification-service's processor", 4.54, "ms", "footprint"),
  log: figure("a change: write-ahead log", 10_191, "B", "footprint"),
  task: figure("a task, with all its indexes", 948, "B", "footprint"),
  event: figure("a row of the event log", 476, "B", "footprint"),
  trail: figure("an entry of the audit trail (chain 420, details 249)", 669, "B", "footprint"),
  inbox: figure("an id in an inbox (three services)", 100, "B", "footprint"),
  notice: figure("a notification with two receipts (502 + 2 × 202)", 906, "B", "footprint"),
  message: figure("an event as it is published", 1_547, "B", "footprint"),
  round: figure("500 reminders found due, one statement", 31.5, "ms", "footprint"),
  hot: figure("one more event of a key that has many, published (embedded)", 4.27, "ms", "footprint"),
  hotBusy: figure("the same, in a run at load 18", 27.4, "ms", "footprint"),
  open: figure("opening a page's stream: backend's processor", 0.48, "ms", "footprint"),
  page: figure("an open page: backend's memory", 13, "KiB", "footprint"),
  lookSmall: figure("a look at the feed for pages of 1,000 accounts: PostgreSQL", 2.21, "ms", "footprint"),
  look: figure("a look at the feed for pages of 10,000 accounts: PostgreSQL", 13.3, "ms", "footprint"),
} as const;

export const figureRows: Row[] = Object.values(figures).map(({ what, value, unit, from }) => [
  what,
  `${value.toLocaleString("en")}${unit === "/s" ? "" : " "}${unit}`,
  from,
]);

/** Assumed, not measured: people who use it daily. */
export const people = {
  changesADay: 20,
  readsADay: 100,
  remindersADay: 3,
  tasks: 1_000,
  /** Of the day's mean, in its busiest minutes. */
  peak: 5,
  /** Of all people, at the peak. */
  pagesOpen: 0.2,
  /** Of a day's reminders, those at 09:00; and of all people, those in the largest time zone. */
  atNine: 0.2,
  largestZone: 0.3,
};

/** What `k8s/overlays/prod` and `strimzi/` allow at their largest. */
export const shipped = {
  backends: 10,
  consumers: 12,
  /** Pods of each that a rollout adds. */
  surge: 1,
  partitions: 12,
  lanes: 8,
  postgresCores: 4,
  postgresDisk: 50,
  brokerCores: 2,
  brokers: 3,
  brokerDisk: 100,
  copies: 3,
  topicDays: 7,
  inboxDays: 180,
  noticeDays: 90,
  connections: 1_050,
  sidecarConnections: 4,
  backendMemory: 512,
  sidecarMemory: 256,
  /** Over which pages come back that lost their streams in one moment. */
  comeBackSeconds: 5,
  /** Where the autoscalers add another. */
  utilisation: 0.7,
};
