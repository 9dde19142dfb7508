/** `npm start`. `-- --processes` runs every service in a process of its own; `--closed` is for `npm run drain`. */
import { run } from "./launcher/run.ts";

const has = (option: string) => process.argv.includes(option);
await run(has("--processes") ? "processes" : "inside", { closed: has("--closed") });
