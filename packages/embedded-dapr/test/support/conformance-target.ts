import type { Target } from "../conformance/target.ts";
import { daprd, RealStack } from "./daprd-target.ts";
import { embedded } from "./embedded-target.ts";

/** The embedded sidecar, or the real one where CONFORMANCE_STACK says what it works with (`npm run test:conformance` does). */
export function conformanceTarget(): Target {
  const stack = process.env.CONFORMANCE_STACK;
  return stack ? daprd(RealStack.parse(JSON.parse(stack))) : embedded;
}
