/**
 * `npm run cluster:setup | deploy | redeploy APP | rotate SECRET | status | logs APP | events | port-forward | load-data | test-apis | clean | teardown`:
 * Tend in the cluster of kubectl's current context. `-- --place dev|prod|prod-managed|prod-restored` (default dev) names the overlay,
 * `-- --dry-run` only prints the calls. More: docs/operations.md.
 */
import { parseArgs } from "node:util";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { deploy, redeploy } from "./cluster/commands/deploy.ts";
import { showEvents } from "./cluster/commands/events.ts";
import { forwardPort, withAddress } from "./cluster/commands/forward.ts";
import { showLogs, showStatus } from "./cluster/commands/look.ts";
import { clean, tearDown } from "./cluster/commands/remove.ts";
import { rotate } from "./cluster/commands/rotate.ts";
import { setUp } from "./cluster/commands/setup.ts";
import { loadData, testApis } from "./cluster/commands/try-it.ts";
import { appNamed, placeNamed } from "./cluster/places.ts";
import { createShell } from "./cluster/shell.ts";

try {
  await run();
} catch (error) {
  tell(error);
  process.exitCode = 1;
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "dry-run": { type: "boolean", default: false },
      place: { type: "string", default: "dev" },
      /** Builds the images and loads them into kind or k3d, such as `kind:name`. */
      load: { type: "string" },
      follow: { type: "boolean", short: "f", default: false },
      sidecar: { type: "boolean", default: false },
      url: { type: "string" },
      operators: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
    },
  });
  return { ...values, command: positionals[0], app: positionals[1], words: positionals.slice(1) };
}

async function run(): Promise<void> {
  const { command, app, words, place: name, ...options } = readArguments();
  const place = placeNamed(name);
  const shell = createShell({ isDry: options["dry-run"] });
  if (command === "teardown" && !options.yes && !shell.isDry)
    throw new Fault("This removes all data and secrets of Tend from the cluster: npm run cluster:teardown -- --yes");
  switch (command) {
    case "setup":
      return setUp(shell, place);
    case "deploy":
      return deploy(shell, place, options);
    case "redeploy":
      return redeploy(shell, appNamed(app));
    case "events":
      return showEvents(shell, words);
    case "rotate":
      return rotate(shell, place, app);
    case "status":
      return showStatus(shell, place);
    case "logs":
      return showLogs(shell, appNamed(app), options);
    case "port-forward":
      return forwardPort(shell);
    case "load-data":
      return withAddress(shell, options.url, (url) => loadData(shell, url));
    case "test-apis":
      return withAddress(shell, options.url, (url) => testApis(shell, url));
    case "clean":
      return clean(shell);
    case "teardown":
      return tearDown(shell, place, options);
    default:
      throw new Fault(`There is no command "${command}".`);
  }
}
