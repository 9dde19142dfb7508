import { afterAll, beforeAll, expect, it } from "vitest";
import { newPlace, type Place, startTend, stopTend, type Tend, untilReady } from "../../launcher/test/tend.ts";
import { loadData, testApis } from "../commands/try-it.ts";
import { createShell } from "../shell.ts";

let place: Place;
let tend: Tend;
beforeAll(async () => {
  place = await newPlace();
  tend = startTend(place);
  await untilReady(tend);
}, 300_000);
afterAll(async () => {
  if (tend) await stopTend(tend);
  await place?.remove();
});

it("the requests of load-data and test-apis are answered by Tend as they expect", async () => {
  const lines: string[] = [];
  const shell = createShell({ isDry: false, say: (line) => lines.push(line) });
  await loadData(shell, place.base);
  await testApis(shell, place.base);
  expect(lines.at(-1)).toBe("Everything answered as it should.");
  expect(lines.join("\n")).toMatch(/POST \/api\/v1\/tasks\/[\w-]+\/complete → 200/);
});
