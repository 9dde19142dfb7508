import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const apps = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Without a browser the journeys are run all the same, and fail. */
export async function browserOrWhy(): Promise<string> {
  try {
    return await findBrowser();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return "";
  }
}

/** An installed Chromium, else one that is installed now. Journeys are never skipped: without a browser the tests fail. */
export async function findBrowser(): Promise<string> {
  const found = installed() ?? byPlaywright() ?? byDebian();
  if (found) return found;
  throw new Error(
    "The journeys need Chromium, and none could be installed. Install it (on Debian: apt-get install -y chromium) and run npm test again.",
  );
}

function installed(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...apps,
    chromium.executablePath(),
  ];
  return candidates.find((path) => existsSync(path)) ?? null;
}

function byPlaywright(): string | null {
  console.log("Installing Chromium for the journeys…");
  const { status } = spawnSync("playwright", ["install", "chromium"], {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: 300_000,
  });
  return status === 0 ? installed() : null;
}

function byDebian(): string | null {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  const options = {
    stdio: ["ignore", "inherit", "inherit"] as ("ignore" | "inherit")[],
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    execFileSync("apt-get", ["update", "-q"], options);
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], options);
  } catch {
    return null;
  }
  return installed();
}
