import type { Finding } from "./check/checks.ts";
import type { Facts } from "./check/facts.ts";
import { doublesOf } from "./check/mails.ts";
import type { Traffic } from "./load/api.ts";

const shownFaults = 8;

/** What happened, then each promise with what broke it. */
export function summarise(facts: Facts, traffic: Traffic, findings: Finding[]): string {
  return [...killTable(facts), "", ...figures(facts, traffic), "", ...verdicts(findings)].join("\n");
}

function killTable({ kills }: Facts): string[] {
  const lines = [row("killed", "times", "back after ms: median", "longest")];
  for (const target of [...new Set(kills.map((kill) => kill.target))].sort()) {
    const of = kills.filter((kill) => kill.target === target);
    const times = of
      .flatMap(({ at, recoveredAt }) => (recoveredAt === null ? [] : [recoveredAt - at]))
      .sort((a, b) => a - b);
    lines.push(row(target, of.length, times[Math.floor(times.length / 2)] ?? "-", times.at(-1) ?? "-"));
  }
  return [...lines, row("all", kills.length, "", "")];
}

const row = (name: string, times: number | string, median: number | string, longest: number | string) =>
  `${name.padEnd(32)}${String(times).padStart(6)}${String(median).padStart(24)}${String(longest).padStart(10)}`;

function figures(facts: Facts, { requests, attempts, outcomes }: Traffic): string[] {
  const { record, events, messages, mails } = facts;
  const acknowledged = [...record.tasks.values()].flatMap((task) => task.acknowledged);
  const by = [...Map.groupBy(acknowledged, ({ type }) => type)].map(
    ([type, list]) => `${type.split(".")[1]} ${list.length}`,
  );
  const doubles = doublesOf(facts);
  const late = facts.notifications.flatMap(({ fireAt, deliveries }) =>
    deliveries.flatMap(({ channel, sentAt }) => (channel === "email" && sentAt ? [sentAt - fireAt] : [])),
  );
  return [
    `requests      ${requests} in ${attempts} attempts (${[...outcomes]
      .sort()
      .map(([name, count]) => `${name}: ${count}`)
      .join(", ")})`,
    `acknowledged  ${acknowledged.length} changes (${by.join(", ")}), ${acknowledged.filter((one) => one.attempts > 1).length} after repetition; ${record.doubled} sent twice at once`,
    `events        ${events.length}, published ${messages.length} times, ${facts.tasks.length} tasks, of them ${facts.tasks.filter(({ predecessorId }) => predecessorId !== null).length} next occurrences`,
    `reminders     ${events.filter(({ reminder }) => reminder !== null).length} fired, ${mails.length} mails, ${doubles.length} of them doubles; from due to mail sent: ${quantiles(late)}`,
    `dropped       ${facts.notifications.flatMap(({ deliveries }) => deliveries).filter(({ status }) => status === "superseded").length} late deliveries that did not apply any more`,
  ];
}

function quantiles(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0);
  return sorted.length === 0 ? "-" : `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

function verdicts(findings: Finding[]): string[] {
  return findings.flatMap(({ promise, faults }) => {
    if (faults.length === 0) return [`  ok      ${promise}`];
    const more = faults.length > shownFaults ? [`            … and ${faults.length - shownFaults} more`] : [];
    return [
      `  BROKEN  ${promise}: ${faults.length} times`,
      ...faults.slice(0, shownFaults).map((fault) => `            ${fault}`),
      ...more,
    ];
  });
}
