import { it } from "vitest";
import { underLoad } from "./support/under-load.ts";

it("loses nothing and does nothing twice when the broker is killed mid-load and comes back", () =>
  underLoad(async ({ kill, goOn }) => {
    for (let time = 1; time <= 3; time++) {
      await goOn(40);
      await kill("kafka");
    }
    await goOn(40);
  }));
