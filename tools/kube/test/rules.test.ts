import { beforeAll, describe, expect, it } from "vitest";
import { checkManifests } from "../check.ts";
import type { Manifest } from "../manifest.ts";
import { canRender, places, render } from "../render.ts";
import { ofDatabase } from "./faults/database.ts";
import { ofKafka } from "./faults/kafka.ts";
import { ofMonitoring } from "./faults/monitoring.ts";
import { ofNames } from "./faults/names.ts";
import { ofPods } from "./faults/pods.ts";
import { set } from "./mutate.ts";

const can = await canRender();

describe.skipIf(!can)("a fault in the manifests is seen", () => {
  let sound: Manifest[];
  let withGateway: Manifest[];
  beforeAll(async () => {
    sound = await render(...(places.prod ?? []));
    withGateway = await render(...(places["prod-managed"] ?? []));
  });

  for (const [what, change, expected] of [...ofPods, ...ofNames, ...ofKafka, ...ofDatabase, ...ofMonitoring])
    it(`${what}`, () => {
      const all = structuredClone(sound);
      change(all);
      expect(checkManifests(all).join("\n")).toMatch(expected);
    });

  it("another path in an HTTPRoute", () => {
    const all = structuredClone(withGateway);
    set("HTTPRoute", "tend", "spec/rules/0/matches/0/path/value", "/api/internal")(all);
    expect(checkManifests(all).join("\n")).toMatch(/leads \/api\/internal to todo-backend/);
  });
});
