/**
 * `npm run events`: the events that did not get through: parked before publishing (refused for their content), or dead-lettered after it.
 * `-- show <id>` prints one whole; `-- retry [<id>…]` sends all or those again. The same on both engines.
 */
import { Fault, tell } from "./bootstrap/fault.mjs";
import { counted } from "./engine/waiting.ts";
import { describeLetter, describeParked, isGivenUp, letterLine, parkedLine } from "./events/describe.ts";
import type { Letter, Letters } from "./events/letter.ts";
import { lastRestore, listParked, type Parked, publishAgain } from "./events/parked.ts";
import { findLetters } from "./events/where.ts";
import { eventsRole } from "./launcher/events-role.ts";
import { credentials, readStore } from "./launcher/secrets.ts";
import { takeSettings } from "./launcher/settings.ts";
import { withDatabases } from "./launcher/with-databases.ts";

type Place = { ids: string[]; backendUrl: string; letters: Letters | undefined };
type Found = { parked: Parked[]; letters: Letter[] };

try {
  await main(process.argv.slice(2));
} catch (error) {
  tell(error);
  process.exitCode = 2;
}

async function main([command = "list", ...ids]: string[]): Promise<void> {
  const work = { list, show, retry }[command];
  if (!work)
    throw new Fault("Say `npm run events`, `npm run events -- show <id>` or `npm run events -- retry [<id>…]`.");
  const settings = takeSettings();
  const isApart = credentials(eventsRole) in readStore(settings.dataFolder);
  await withDatabases(
    isApart ? [eventsRole, eventsRole] : ["todo-backend", "dapr"],
    async (backendUrl, daprUrl) => work({ ids, backendUrl, letters: await findLetters(settings.dataFolder, daprUrl) }),
    settings,
  );
}

async function find({ backendUrl, letters }: Place): Promise<Found> {
  return { parked: await listParked(backendUrl), letters: (await letters?.list()) ?? [] };
}

async function list(place: Place): Promise<void> {
  const { parked, letters } = await find(place);
  console.log([counted(parked.length, "parked event"), ...parked.map(parkedLine)].join("\n"));
  if (!place.letters) throw unreachable();
  const since = await lastRestore(place.backendUrl);
  console.log([counted(letters.length, "dead letter"), ...letters.map((one) => letterLine(one, since))].join("\n"));
}

async function show(place: Place): Promise<void> {
  if (place.ids.length === 0)
    throw new Fault("Say which: `npm run events -- show <id>`, with an id that `npm run events` lists.");
  const chosen = choose(place, await find(place));
  console.log([...chosen.parked.map(describeParked), ...chosen.letters.map(describeLetter)].join("\n\n"));
}

async function retry(place: Place): Promise<void> {
  const all = await find(place);
  const { parked, letters } = place.ids.length === 0 ? all : choose(place, all);
  const open = parked.map(({ id }) => id);
  await publishAgain(place.backendUrl, open);
  console.log(`${counted(open.length, "parked event")} will be published again.`);
  if (!place.letters) throw unreachable();
  const sent = letters.length === 0 ? 0 : await place.letters.resend(letters.map(({ id }) => id));
  if (sent === null) console.log(`${counted(letters.length, "dead letter")} will be sent again when Tend runs.`);
  else console.log(`${counted(sent, "dead letter")} sent again.`);
  const since = await lastRestore(place.backendUrl);
  const gone = letters.filter(({ event }) => isGivenUp(event, since)).length;
  if (gone > 0) console.log(`Consumers pass over ${gone} of them, of before a restore: what they tell of is no more.`);
}

function choose({ ids: wanted, letters: place }: Place, { parked, letters }: Found): Found {
  const known = [...parked, ...letters].map(({ id }) => id);
  const unknown = wanted.filter((id) => !known.includes(id));
  if (unknown.length > 0 && !place) throw unreachable();
  if (unknown.length > 0)
    throw new Fault(`Nothing waits under ${unknown.join(", ")}: \`npm run events\` lists what does.`);
  const isWanted = ({ id }: { id: string }) => wanted.includes(id);
  return { parked: parked.filter(isWanted), letters: letters.filter(isWanted) };
}

function unreachable(): Fault {
  return new Fault(
    "Tend ran on the stack last, whose dead letters are in its broker: start it with `npm run stack`, then ask again.",
  );
}
