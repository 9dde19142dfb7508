import { vi } from "vitest";
import { describeFaults } from "./conformance/fault-cases.ts";
import { conformanceTarget } from "./support/conformance-target.ts";

// A broker notices only after seconds that a consumer was killed.
vi.setConfig({ testTimeout: 180_000 });
describeFaults(conformanceTarget());
