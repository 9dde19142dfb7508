import { runMain } from "@tend/service-kit";
import { service } from "./service.ts";

await runMain(service);
