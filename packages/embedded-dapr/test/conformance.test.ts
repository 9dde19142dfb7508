import { describeConformance } from "./conformance/conformance.ts";
import { daprd } from "./support/daprd-target.ts";
import { embedded } from "./support/embedded-target.ts";

describeConformance(embedded);
// The same cases against the real thing: DAPRD=<path>, and KAFKA=<host:port> for a broker instead of its in-memory pub/sub.
if (process.env.DAPRD) describeConformance(daprd(process.env.DAPRD, process.env.KAFKA));
