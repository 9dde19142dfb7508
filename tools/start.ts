import { run } from "./launcher/run.ts";

await run(process.argv.includes("--processes") ? "processes" : "inside");
