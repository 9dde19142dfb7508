import { createRandom } from "../faults/random.ts";
import { figures, shipped } from "./figures.ts";
import { atNine } from "./parts.ts";
import { quantile, serve, serveInBatches, spread } from "./queue.ts";
import { duration, type Row, round } from "./table.ts";

const batch = 500;
const mailsAtOnce = 10;
const mailMs = (mailsAtOnce * 1_000) / figures.mail.value;
/** A daprd waits so long for a batch to fill. */
const awaitMs = 5;

export type Burst = {
  reminders: number;
  backends: number;
  /** Processes that hold lanes: one as it ships, since the first takes all. */
  relays: number;
  /** Of one relay, a second. */
  relayRate: number;
  partitions: number;
  consumers: number;
};

/** Reminders of one second: found due in rounds, each published as it is found, put into the app, mailed. Milliseconds late, in order. */
export function burst({ reminders, backends, relays, relayRate, partitions, consumers }: Burst) {
  const rounds = serve(
    Array.from({ length: Math.ceil(reminders / batch) }, () => 0),
    Math.min(backends, shipped.postgresCores),
    figures.round.value,
  );
  const found = Array.from({ length: reminders }, (_, index) => rounds[Math.floor(index / batch)] ?? 0);
  const relayed = spread(
    found,
    (index) => index % relays,
    (own) => serveInBatches(own, { most: batch, fixedMs: 0, eachMs: 1_000 / relayRate }),
  );
  const inApp = spread(
    relayed,
    (index) => (index % partitions) % consumers,
    (own) => serveInBatches(own, { most: batch, fixedMs: awaitMs, eachMs: figures.burst.value / 2_000 }),
  );
  return { inApp, mailed: serve(inApp, mailsAtOnce * consumers, mailMs) };
}

const largest = { backends: shipped.backends, partitions: shipped.partitions, relayRate: figures.relay.value };
const bursts: [string, Omit<Burst, "reminders">, number][] = [
  [
    "one machine, embedded",
    { ...largest, backends: 1, relays: 1, relayRate: figures.relayEmbedded.value, consumers: 1 },
    2_000,
  ],
  ["3 consumers", { ...largest, backends: 3, relays: 1, consumers: 3 }, atNine(1_000)],
  ["3 consumers", { ...largest, backends: 3, relays: 1, consumers: 3 }, atNine(10_000)],
  ["12 consumers", { ...largest, relays: 1, consumers: 12 }, atNine(10_000)],
  ["12 consumers", { ...largest, relays: 1, consumers: 12 }, atNine(1_000_000)],
  [
    "12 consumers, each lane a process of its own",
    { ...largest, relays: shipped.lanes, consumers: 12 },
    atNine(1_000_000),
  ],
  [
    "48 consumers, partitions and 32 such lanes",
    { ...largest, relays: 32, partitions: 48, consumers: 48 },
    atNine(1_000_000),
  ],
];

/** The product's own budget for reminders of one second, in the app, p99. */
const budgetMs = 2_000;

/** How many reminders of one second a setting has in the app within the budget. */
export function mostInTime(setting: Omit<Burst, "reminders">): number {
  let [low, high] = [0, 100_000];
  while (high - low > 1) {
    const reminders = Math.floor((low + high) / 2);
    if (quantile(burst({ ...setting, reminders }).inApp, 0.99) <= budgetMs) low = reminders;
    else high = reminders;
  }
  return low;
}

export const burstHead = [
  "",
  "reminders of 09:00:00",
  "in the app, p50 late",
  "p99",
  "by mail, p50",
  "p99",
  "most within 2 s",
];
export const burstRows = (): Row[] =>
  bursts.map(([what, setting, reminders]) => {
    const { inApp, mailed } = burst({ ...setting, reminders: Math.round(reminders) });
    const shown = [quantile(inApp, 0.5), quantile(inApp, 0.99), quantile(mailed, 0.5), quantile(mailed, 0.99)];
    return [what, round(reminders), ...shown.map(duration), round(mostInTime(setting))];
  });

export type Hot = {
  /** Events a second, of one key and of many. */
  hot: number;
  others: number;
  callMs: number;
  eachMs: number;
};

/** A minute of steady work of one relay, which has one event of a key in a call: how late the others' events are. */
export function hotKey({ hot, others, callMs, eachMs }: Hot): { late: number[]; left: number } {
  const minute = 60_000;
  const steady = (rate: number, isHot: boolean) =>
    Array.from({ length: rate * 60 }, (_, index) => ({ at: (index * 1_000) / rate, isHot }));
  const waiting = [...steady(hot, true), ...steady(others, false)].sort((a, b) => a.at - b.at);
  const late: number[] = [];
  let next = 0;
  for (let now = 0; now < minute && next < waiting.length; ) {
    const start = Math.max(now, waiting[next]?.at ?? 0);
    const taken = [];
    for (let entry = waiting[next]; entry && entry.at <= start && taken.length < batch; entry = waiting[++next])
      taken.push(entry);
    now = start + Math.max(1, taken.filter(({ isHot }) => isHot).length) * callMs + taken.length * eachMs;
    for (const { at, isHot } of taken) if (!isHot) late.push(now - at);
  }
  return { late: late.sort((a, b) => a - b), left: waiting.length - next };
}

export const hotHead = [
  "events a second of one key",
  "one call takes",
  "others' events late, p50",
  "p99",
  "waiting after a minute",
];
export const hotRows = (): Row[] =>
  [figures.hot.value, 10, figures.hotBusy.value].flatMap((callMs) =>
    [0, 30, 100].map((hot) => {
      const { late, left } = hotKey({ hot, others: 100, callMs, eachMs: 1_000 / figures.relayEmbedded.value });
      return [
        String(hot),
        duration(callMs),
        duration(quantile(late, 0.5)),
        duration(quantile(late, 0.99)),
        round(left),
      ];
    }),
  );

/** Pages whose stream has ended come back, each at a moment of its own within `spreadMs`, to `backends`: milliseconds that each waits for its answer. */
export function storm(pages: number, backends: number, spreadMs: number): number[] {
  const { next } = createRandom("storm");
  const arrivals = Array.from({ length: Math.ceil(pages / backends) }, () => next() * spreadMs).sort((a, b) => a - b);
  return serve(arrivals, 1, figures.open.value)
    .map((done, index) => done - (arrivals[index] ?? 0))
    .sort((a, b) => a - b);
}

const network = 50;
const storms: [string, number, number][] = [
  ["10 ×: one backend of 3 ends", 2_000 / 3, 3],
  ["10 ×: the database was away, all come back", 2_000, 3],
  ["1,000 ×: one backend of 10 ends", 20_000, 10],
  ["1,000 ×: the database was away, all come back", 200_000, 10],
];
export const stormHead = ["", "pages", "back within", "answered, p50", "p99"];
export const stormRows = (): Row[] =>
  storms.flatMap(([what, pages, backends]) =>
    [network, shipped.comeBackSeconds * 1_000, 30_000].map((spreadMs) => {
      const waits = storm(pages, backends, spreadMs);
      return [what, round(pages), duration(spreadMs), duration(quantile(waits, 0.5)), duration(quantile(waits, 0.99))];
    }),
  );
