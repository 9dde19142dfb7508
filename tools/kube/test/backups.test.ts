import { beforeAll, describe, expect, it } from "vitest";
import { checkManifests } from "../check.ts";
import { at, type Manifest, ofKind, podOf } from "../manifest.ts";
import { canRender, places, render } from "../render.ts";
import { drop, type FaultRow, set, unset } from "./mutate.ts";

const can = await canRender();
const cluster = (path: string, value: string) => set("Cluster", "tend-postgres", `spec/${path}`, value);
const target = "bootstrap/recovery/recoveryTarget/targetTime";

const faults: FaultRow[] = [
  ["no object store", drop("ObjectStore", "tend-backups"), /names the object store "tend-backups", which there is not/],
  ["another object store to restore from", cluster("externalClusters/0/plugin/parameters/barmanObjectName", "tend"), /"tend"/],
  ["another origin", cluster("bootstrap/recovery/source", "tend"), /is restored from tend, which/],
  ["the archive that it comes from", cluster("plugins/0/parameters/serverName", "tend-postgres"), /archives to tend-pos/],
  ["the archive of its own name", unset("Cluster", "tend-postgres", "spec/plugins/0/parameters/serverName"), /archives to/],
  ["no moment", cluster(target, "a place says it"), /say date, time and zone/],
  ["a moment without a zone", cluster(target, "2026-11-21T14:05:00"), /say date, time and zone/],
  ["a way that is none", cluster("bootstrap/recovery/recoveryTarget/targetMoment", "now"), /targetMoment/],
  ["another secret of its owner", cluster("bootstrap/recovery/secret/name", "owner"), /secret owner, which nobody makes/],
  ["copies of another database", set("ScheduledBackup", "tend-nightly", "spec/cluster/name", "db"), /copies a database/],
]; // biome-ignore format: a table

describe.skipIf(!can)("a fault in a restore is seen", () => {
  let sound: Manifest[];
  beforeAll(async () => {
    sound = await render(...(places["prod-restored"] ?? []));
  });

  for (const [what, change, said] of faults)
    it(what, () => {
      const all = structuredClone(sound);
      change(all);
      expect(checkManifests(all).join("\n")).toMatch(said);
    });

  it("and its migrate job knows that the database began as a copy", () => {
    const [job] = ofKind(sound, "Job");
    const env = at(podOf(job as Manifest), "spec", "containers", 0, "env");
    expect(env).toEqual([{ name: "RESTORED", value: "true" }]);
  });
});
