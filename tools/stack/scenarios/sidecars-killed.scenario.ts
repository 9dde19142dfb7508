import { it } from "vitest";
import { stack } from "./support/stack.ts";
import { underLoad } from "./support/under-load.ts";

it("loses nothing and does nothing twice when each sidecar and their authority are killed in turn", () =>
  underLoad(async ({ kill, goOn }) => {
    const sidecars = stack.parts().filter((name) => name.startsWith("daprd-") && !name.endsWith("-2"));
    for (const part of [...sidecars, "sentry"]) {
      await goOn(20);
      await kill(part);
    }
    await goOn(40);
  }));
