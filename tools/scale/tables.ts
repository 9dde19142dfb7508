import { figureRows, runRows } from "./figures.ts";
import { loadHead, loadRows, partHead, partRows, poolRows } from "./parts.ts";
import { burstHead, burstRows, hotHead, hotRows, stormHead, stormRows } from "./scenarios.ts";
import { table } from "./table.ts";

/** By the name that stands in the page above and below each. */
export const tables = (): Map<string, string> =>
  new Map([
    ["load", table(loadHead, loadRows)],
    ["runs", table(["run", "command", "load"], runRows)],
    ["figures", table(["figure", "measured", "run"], figureRows)],
    ["parts", table(partHead, partRows)],
    ["pools", table(["backends", "of each consumer", "connections, all pools full", "max_connections"], poolRows)],
    ["burst", table(burstHead, burstRows())],
    ["hot", table(hotHead, hotRows())],
    ["storm", table(stormHead, stormRows())],
  ]);
