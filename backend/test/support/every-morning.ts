export const daily = { rrule: "FREQ=DAILY", from: "due" };
export const morning = { date: "2026-11-20", time: "09:00", timeZone: "Europe/Berlin" };
