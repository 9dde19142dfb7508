import { execFileSync, type SpawnOptions } from "node:child_process";
import { chownSync, existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Fault } from "../bootstrap/fault.mjs";
import { postgresBinary } from "./binaries.ts";

/** PostgreSQL refuses to run as root; this is the account that it runs as then. */
type Account = { uid: number; gid: number };
/** How to start one of its programs on a data folder. */
export type Launch = { prefix: string[]; options: Pick<SpawnOptions, "uid" | "gid">; account: Account | undefined };

export function launchFor(folder: string): Launch {
  if (process.getuid?.() !== 0) return { prefix: [], options: {}, account: undefined };
  if (process.platform !== "linux")
    throw new Fault("Start Tend as an ordinary user: on this system PostgreSQL cannot be started from root.");
  const account = findAccount(folder);
  const paths = [folder, postgresBinary("postgres")];
  if (paths.every((path) => canReach(path, account))) return { prefix: [], options: account, account };
  return { prefix: throughClosedFolders(account), options: {}, account };
}

/** Gives the data folder to the account, also one that was restored from a copy. */
export function ownFolder(folder: string, { account }: Launch): void {
  if (!account || lstatSync(folder).uid === account.uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) lchown(join(folder, name), account);
  lchown(folder, account);
}

const lchown = (path: string, { uid, gid }: Account) => !lstatSync(path).isSymbolicLink() && chownSync(path, uid, gid);

function findAccount(folder: string): Account {
  const accounts = readAccounts();
  const owner = existsSync(folder) ? lstatSync(folder).uid : 0;
  const named = (name: string) => accounts.find((account) => account.name === name);
  const found =
    (owner !== 0 && accounts.find(({ uid }) => uid === owner)) || named("tend-postgres") || named("postgres");
  return found ?? createAccount() ?? named("nobody") ?? noAccount();
}

function noAccount(): never {
  throw new Fault(
    "PostgreSQL does not run as root and there is no other account: create one named postgres, or start Tend as an ordinary user.",
  );
}

function readAccounts() {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines
    .map((line) => line.split(":"))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function createAccount(): Account | undefined {
  try {
    const options = [
      "--system",
      "--user-group",
      "--no-create-home",
      "--home-dir",
      "/nonexistent",
      "--shell",
      "/usr/sbin/nologin",
    ];
    execFileSync("useradd", [...options, "tend-postgres"], { stdio: "pipe" });
    return readAccounts().find(({ name }) => name === "tend-postgres");
  } catch {
    return undefined;
  }
}

/** May the account pass every folder above, and read (or, a folder of its own, enter) what is there? */
function canReach(path: string, { uid, gid }: Account): boolean {
  for (let above = dirname(path); ; above = dirname(above)) {
    if (!allows(above, { uid, gid }, 1)) return false;
    if (above === dirname(above)) break;
  }
  return !existsSync(path) || statSync(path).isDirectory() || allows(path, { uid, gid }, 5);
}

function allows(path: string, { uid, gid }: Account, wanted: number): boolean {
  if (!existsSync(path)) return true;
  const { mode, uid: owner, gid: group } = statSync(path);
  const granted = owner === uid ? mode >> 6 : group === gid ? mode >> 3 : mode;
  return (granted & wanted) === wanted;
}

/** The one capability that passes folders closed to the account; the securebits keep PostgreSQL's own check of its folder working. */
function throughClosedFolders({ uid, gid }: Account): string[] {
  const capability = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"];
  const prefix = [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    "--securebits",
    "+no_setuid_fixup",
    ...capability,
  ];
  try {
    execFileSync("setpriv", [...prefix.slice(1), postgresBinary("postgres"), "--version"], { stdio: "pipe" });
    return prefix;
  } catch {
    throw new Fault(
      "PostgreSQL does not run as root, and its account may not enter the folders above DATA_DIR or the clone: move them below a folder open to all (like /srv), or start Tend as an ordinary user.",
    );
  }
}
