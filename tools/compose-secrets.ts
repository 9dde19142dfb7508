/**
 * `npm run compose:secrets`: the secrets of the containers, random, in docker/secrets. What is there is never overwritten.
 * `npm run compose:secrets -- mail`: puts SMTP_URL or SENDGRID_API_KEY (of the environment or .env) into secrets that are there.
 * `--volume`: the folder is a volume that only containers see.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Fault, tell } from "./bootstrap/fault.mjs";
import { root } from "./bootstrap/folders.mjs";
import { changeMail, makeSecrets } from "./compose/secrets.ts";
import { takeSettings } from "./launcher/settings.ts";

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { volume: { type: "boolean", default: false } },
  });
  const [what, ...others] = positionals;
  if ((what !== undefined && what !== "mail") || others.length > 0)
    throw new Fault(
      `There is "npm run compose:secrets" and "npm run compose:secrets -- mail", and no "${positionals.join(" ")}".`,
    );
  const folder = resolve(root, process.env.COMPOSE_SECRETS ?? join("docker", "secrets"));
  const { smtpUrl, sendgridKey } = takeSettings();
  const mail = { smtpUrl, sendgridKey };
  if (what === "mail") {
    changeMail(folder, mail);
    console.log(
      `${smtpUrl || sendgridKey ? "The mail server is" : "No mail server is"} in the secrets of ${folder}: start the containers again.`,
    );
  } else if (makeSecrets(folder, mail, { isVolume: values.volume })) {
    console.log(`The secrets are in ${folder}. Keep a copy in a safe place: without them the data cannot be opened.`);
  } else {
    console.log(
      `There are secrets in ${folder}; nothing was changed. (Another mail server: npm run compose:secrets -- mail)`,
    );
  }
} catch (error) {
  tell(error);
  process.exitCode = 1;
}
