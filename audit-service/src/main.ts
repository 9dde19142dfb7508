import { runMain } from "@tend/service-kit";
import { auditService } from "./service.ts";

await runMain(auditService);
