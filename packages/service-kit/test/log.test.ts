import { expect, test } from "vitest";
import { withoutClient } from "../src/log.ts";

test("of a lost database connection the error is logged, and not the client with its keys", () => {
  const error = Object.assign(new Error("terminating connection"), { code: "57P01", client: { secretKey: 4_711 } });
  const logged = withoutClient(error);
  expect(logged).toMatchObject({ message: "terminating connection", code: "57P01" });
  expect(JSON.stringify(logged)).not.toContain("4711");
});

test("what is thrown need not be an error", () => {
  for (const thrown of [null, "gone"]) expect(withoutClient(thrown)).toBe(thrown);
});
