const zones = [
  "Pacific/Auckland",
  "Australia/Brisbane",
  "Asia/Tokyo",
  "Asia/Bangkok",
  "Asia/Karachi",
  "Asia/Dubai",
  "Europe/Berlin",
  "Atlantic/Azores",
  "America/Sao_Paulo",
  "America/New_York",
  "America/Denver",
  "America/Anchorage",
  "Pacific/Honolulu",
  "Pacific/Pago_Pago",
];

/** Where it is about noon: "today" and "tomorrow" then mean the same from a journey's beginning to its end, whenever it runs. */
export function zoneNearNoon(): string {
  const now = Temporal.Now.instant();
  const distance = (zone: string) => {
    const { hour, minute } = now.toZonedDateTimeISO(zone);
    return Math.abs(hour * 60 + minute - 12 * 60);
  };
  return zones.reduce((best, zone) => (distance(zone) < distance(best) ? zone : best));
}
