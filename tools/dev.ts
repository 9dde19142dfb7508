import { run } from "./launcher/run.ts";

await run("dev");
