import { describeConformance } from "./conformance/conformance.ts";
import { daprd } from "./support/daprd-target.ts";
import { embedded } from "./support/embedded-target.ts";

describeConformance(embedded);
// The same cases against the real thing: DAPRD=/path/to/daprd.
if (process.env.DAPRD) describeConformance(daprd(process.env.DAPRD));
