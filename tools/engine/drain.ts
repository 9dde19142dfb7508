import { Fault } from "../bootstrap/fault.mjs";
import { isRunning } from "../bootstrap/process-identity.mjs";
import { listParked } from "../events/parked.ts";
import { RunFile } from "../launcher/run-file.ts";
import { type Settings, takeSettings } from "../launcher/settings.ts";
import { withDatabases } from "../launcher/with-databases.ts";
import { runUntilDrained } from "./closed-run.ts";
import { type Engine, findHeld, type Held, leaveDeadLetters, withDapr } from "./record.ts";
import { counted, inWords, type Waiting } from "./waiting.ts";

type DrainOptions = { leavesDeadLetters: boolean; signal: AbortSignal };
type Place = DrainOptions & { settings: Settings; env: NodeJS.ProcessEnv };

/** More rounds than reminders that fire at the wrong moment could ask for. */
const mostRounds = 5;

/** Resolves when neither engine's log holds anything that the other would need; else says what it is. */
export async function drain(options: DrainOptions): Promise<void> {
  const env = { ...process.env };
  const settings = takeSettings();
  refuseWhileRunning(settings);
  const place = { ...options, settings, env };
  for (let round = 1; ; round++) {
    const found = await look(place);
    if (!found) break;
    const { engine, waiting } = found;
    if (waiting !== "unknown" && waiting.events.length === 0) await judgeLetters(place, engine, waiting);
    else if (round > mostRounds)
      throw new Fault(`Tend could not be drained (${said(waiting)}): look into the lines above, then drain again.`);
    else await runUntilDrained({ engine, ...place });
    options.signal.throwIfAborted();
  }
  console.log("Drained: `npm start` and `npm run stack` both find everything.");
}

const said = (waiting: Waiting | "unknown") => (waiting === "unknown" ? "it did not stop in order" : inWords(waiting));

function refuseWhileRunning({ dataFolder }: Settings) {
  const run = RunFile.read(dataFolder);
  if (run && isRunning(run.launcher))
    throw new Fault(
      `Tend runs now (process ${run.launcher.pid}${run.address ? `, ${run.address}` : ""}): stop it with Ctrl-C, then drain.`,
    );
}

function look({ settings }: Place): Promise<Held | undefined> {
  const work = async (daprUrl: string, backendUrl: string) => {
    const found = await withDapr(daprUrl, findHeld);
    if (!found) await nameParked(backendUrl);
    return found;
  };
  return withDatabases(["dapr", "todo-backend"], work, settings);
}

async function nameParked(backendUrl: string): Promise<void> {
  const parked = await listParked(backendUrl);
  if (parked.length > 0)
    console.log(
      `${counted(parked.length, "parked event")} in the outbox, which moves with the database: see \`npm run events\`.`,
    );
}

/** Only dead letters are left. */
async function judgeLetters({ settings, leavesDeadLetters }: Place, engine: Engine, waiting: Waiting): Promise<void> {
  const start = engine === "stack" ? "npm run stack" : "npm start";
  if (!leavesDeadLetters)
    throw new Fault(
      `All else is drained, but ${counted(waiting.deadLetters, "dead letter")} left for you to decide: send them again (\`${start}\`, \`npm run events -- retry\`), or leave them there (\`npm run drain -- --leave-dead-letters\`).`,
    );
  await withDatabases(["dapr"], (url) => withDapr(url, (client) => leaveDeadLetters(client, engine)), settings);
  console.log(
    `${counted(waiting.deadLetters, "dead letter")} stay where they are; \`npm run events\` lists them when that engine runs again.`,
  );
}
