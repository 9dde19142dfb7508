const lateMs = 60_000;
const tooOldMs = 24 * 3_600_000;

/** Then the backend is asked whether the reminder still applies. */
export const isLate = (moment: string, now: Date) => now.getTime() - Date.parse(moment) > lateMs;

/** Then nobody is told at all: a replay or a long outage must not flood anyone. */
export const isTooOld = (moment: string, now: Date) => now.getTime() - Date.parse(moment) > tooOldMs;
