import { Cron } from "croner";
import { parseDuration } from "../resources/duration.ts";

export interface Schedule {
  stop(): void;
}

const named: Record<string, string> = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@midnight": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
};

/** Dapr's cron: five or six fields, `@every 90s` from now on, `@daily` and its like, `CRON_TZ=UTC ` in front. Ticks may overlap. */
export function startSchedule(text: string, tick: () => void): Schedule {
  const every = /^@every\s+(\S+)$/.exec(text);
  if (every) {
    const timer = setInterval(tick, Math.max(parseDuration(every[1]!), 1_000));
    return { stop: () => clearInterval(timer) };
  }
  const { pattern, timezone } = readPattern(text);
  const cron = new Cron(pattern, { ...(timezone ? { timezone } : {}), mode: "5-or-6-parts" }, tick);
  return { stop: () => cron.stop() };
}

/** Throws with a reason when the schedule cannot be read. */
export function checkSchedule(text: string): void {
  const every = /^@every\s+(\S+)$/.exec(text);
  if (every) parseDuration(every[1]!);
  else new Cron(readPattern(text).pattern, { paused: true, mode: "5-or-6-parts" }).stop();
}

function readPattern(text: string): { pattern: string; timezone: string | undefined } {
  const zoned = /^(?:CRON_TZ|TZ)=(\S+)\s+(.+)$/.exec(text.trim());
  const pattern = zoned ? zoned[2]! : text.trim();
  return { pattern: named[pattern] ?? pattern, timezone: zoned?.[1] };
}
