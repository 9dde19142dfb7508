import { describeConformance } from "./conformance/conformance.ts";
import { conformanceTarget } from "./support/conformance-target.ts";

describeConformance(conformanceTarget());
