import { describe, expect, it } from "vitest";
import { checkManifests } from "../check.ts";
import { canRender, places, render } from "../render.ts";

const can = await canRender();
if (!can)
  console.error(
    "\n⚠ The manifests of k8s/ and strimzi/ were NOT checked: neither kustomize nor kubectl is here, nor Go to build kustomize.\n",
  );

describe.skipIf(!can)("what is applied", () => {
  for (const [place, folders] of Object.entries(places))
    it(`is sound for ${place}`, async () => {
      expect(checkManifests(await render(...folders))).toEqual([]);
    });
});
