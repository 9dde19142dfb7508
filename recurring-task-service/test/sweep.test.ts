import type { Due, NewOccurrence, SeriesSnapshot } from "@tend/contracts";
import { newId, newSeries, until } from "@tend/service-kit/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at, type Started, startRecurring } from "./start.ts";

let recurring: Started;
beforeAll(async () => {
  recurring = await startRecurring();
});
afterAll(() => recurring?.close());
beforeEach(() => recurring.reset());

describe("the sweep", () => {
  const promised = { date: "2026-11-21", time: "09:00", timeZone: "Europe/Berlin" };
  const state = (
    series: SeriesSnapshot,
    status: string,
    completedAt: string | null,
    nextDue: Due | null = completedAt === null ? null : promised,
  ) => ({
    series,
    accountId: newId(),
    latest: { taskId: newId(), status, version: 4, completedAt, nextDue },
  });
  function backendHas(pages: ReturnType<typeof state>[][]) {
    recurring.sidecar.answer = ({ path, query }) => {
      if (path !== "/api/internal/series") return { status: 201, body: { taskId: newId() } };
      const index = query.get("after")
        ? pages.findIndex((page) => page.at(-1)?.series.id === query.get("after")) + 1
        : 0;
      const nextAfter = index + 1 < pages.length ? (pages[index]?.at(-1)?.series.id ?? null) : null;
      return { status: 200, body: { items: pages[index] ?? [], nextAfter } };
    };
  }

  it("continues every series whose latest occurrence is closed, page by page, and no other", async () => {
    const series = Array.from({ length: 6 }, () => newSeries());
    backendHas([
      [state(series[0]!, "done", at), state(series[1]!, "open", null)],
      [state(series[2]!, "skipped", at), state(series[3]!, "trashed", at)],
      [
        state(series[4]!, "trashed", null),
        state(newSeries({ recurrence: { rrule: "FREQ=DAILY;COUNT=1", from: "due" } }), "done", at, null),
      ],
      [state(series[5]!, "done", at)],
    ]);
    expect((await recurring.request("POST", "/api/jobs/sweep-series")).status).toBe(202);
    await recurring.request("POST", "/api/jobs/sweep-series");
    const wanted = [series[0]!.id, series[2]!.id, series[3]!.id, series[5]!.id];
    await until(() => new Set(recurring.asked().map(({ seriesId }) => seriesId)).size === wanted.length);
    expect(new Set(recurring.asked().map(({ seriesId }) => seriesId))).toEqual(new Set(wanted));
    expect(recurring.asked()[0]).toMatchObject({ predecessorVersion: 4, occurrenceNumber: 2 });
  });

  it("asks for what was promised, wherever the account has gone since", async () => {
    const floating = (date: string, time: string | null): Due => ({ date, time, timeZone: null });
    const seriesIn = (zone: string, occurrence: Due, from: "due" | "completion" = "due") =>
      newSeries({ zone, anchor: occurrence, occurrence, due: occurrence, recurrence: { rrule: "FREQ=DAILY", from } });
    // At 10:00 UTC on the 20th it is already the 21st in Kiritimati, and still 23:00 on the 19th in Pago Pago.
    const east = "Pacific/Kiritimati";
    const west = "Pacific/Pago_Pago";
    const cases: [SeriesSnapshot, Due, number][] = [
      [seriesIn(east, floating("2026-11-18", null)), floating("2026-11-20", null), 3],
      [seriesIn(west, floating("2026-11-18", null)), floating("2026-11-21", null), 4],
      [seriesIn(east, floating("2026-11-18", "09:00")), floating("2026-11-20", "09:00"), 3],
      [seriesIn(west, floating("2026-11-18", "22:00")), floating("2026-11-21", "22:00"), 4],
      [seriesIn(west, floating("2026-11-18", "09:00"), "completion"), floating("2026-11-22", "09:00"), 2],
    ];
    backendHas([cases.map(([series, nextDue]) => state(series, "done", at, nextDue))]);
    await until(
      async () => ((await recurring.request("POST", "/api/jobs/sweep-series")).body as { started: boolean }).started,
    );
    await until(() => recurring.asked().length >= cases.length);
    const wanted = new Map(recurring.asked().map((one) => [one.seriesId, [one.occurrence, one.occurrenceNumber]]));
    expect(cases.map(([{ id }]) => wanted.get(id))).toEqual(cases.map(([, due, number]) => [due, number]));
  });

  it("goes on past a series that fails, and comes from the sidecar only", async () => {
    const [broken, sound] = [newSeries(), newSeries()];
    backendHas([[state(broken, "done", at), state(sound, "done", at)]]);
    const inner = recurring.sidecar.answer;
    recurring.sidecar.answer = (call) =>
      (call.body as NewOccurrence | undefined)?.seriesId === broken.id ? { status: 500 } : inner(call);
    await until(
      async () => ((await recurring.request("POST", "/api/jobs/sweep-series")).body as { started: boolean }).started,
    );
    await until(() => recurring.asked().some(({ seriesId }) => seriesId === sound.id));
    expect((await recurring.request("POST", "/api/jobs/sweep-series", { from: "todo-backend" })).status).toBe(403);
  });
});
