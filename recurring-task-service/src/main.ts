import { runMain } from "@tend/service-kit";
import { recurringTaskService } from "./service.ts";

await runMain(recurringTaskService);
