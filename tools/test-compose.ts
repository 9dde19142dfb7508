/**
 * `npm run test:compose`: the images are built and both compose files really run: the main job through nginx, every container
 * killed in turn, the data kept over down and up. Uses the Docker engine that is there; else makes one (tools/docker-here).
 * `-- door`, `-- development` or `-- production` does one part only.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tell as tellFault } from "./bootstrap/fault.mjs";
import { type Docker, findDocker } from "./compose/docker.ts";
import { checkFrontDoor } from "./compose/front-door-check.ts";
import { bringImages, checkImages } from "./compose/images.ts";
import { checkMonitoring } from "./compose/monitoring-check.ts";
import { Project } from "./compose/project.ts";
import { Report } from "./compose/report.ts";
import { makeSecrets } from "./compose/secrets.ts";
import { checkProject } from "./compose/survival-check.ts";
import { freePort } from "./launcher/free-port.ts";

const parts = process.argv.slice(2);
const wants = (part: string) => parts.length === 0 || parts.includes(part);
const report = new Report();
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
const making = { tell: console.log, signal: stopping.signal };

const docker = await findDocker(console.log, stopping.signal);
if (typeof docker === "string") report.leaveOut(`the compose files were not run: ${docker}`);
else
  await run(docker)
    .catch((error: unknown) => {
      report.failed++;
      tellFault(error);
    })
    .finally(() => docker.leave());
report.summary();

async function run(engine: Docker): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tend-compose-"));
  const [port, zipkin, prometheus] = (await Promise.all([freePort(), freePort(), freePort()])).map(String);
  const address = `http://localhost:${port}`;
  const env = {
    PORT: port,
    ZIPKIN_PORT: zipkin,
    PROMETHEUS_PORT: prometheus,
    HOST: "127.0.0.1",
    PUBLIC_URL: address,
    COMPOSE_SECRETS: folder,
    SMTP_URL: "",
    SENDGRID_API_KEY: "",
    RATE_LIMIT_API: "0",
    RATE_LIMIT_SIGN_IN: "0",
    TEND_VERSION: "test",
  };
  makeSecrets(folder, { smtpUrl: undefined, sendgridKey: undefined });
  const development = new Project(engine, { file: "docker-compose.yml", name: "tend-test", env });
  const production = new Project(engine, { file: "docker-compose.prod.yml", name: "tend-test-production", env });
  try {
    const config = await development.config();
    await bringImages(engine, config, making);
    // One after the other: together they would take all of the machine.
    for (const service of ["todo-backend", "todo-frontend", "sentry"])
      await report.check(`the image of ${service} is built`, () => development.compose("build", "-q", service));
    await checkImages(engine, config, report);
    const [nginx = "", node = ""] = [config.services.nginx?.image, config.services.topics?.image];
    if (wants("door")) await checkFrontDoor(engine, { nginx, node }, report);
    if (wants("development")) {
      const monitored = () => checkMonitoring(`http://127.0.0.1:${prometheus}`, `http://127.0.0.1:${zipkin}`, report);
      await checkProject(development, { name: "development", address, report, whileItRuns: monitored });
      report.leaveOut("Grafana was not run: it is in a profile; the fast tests check its files");
    }
    if (wants("production")) await checkProject(production, { name: "production", address, report });
  } finally {
    for (const project of [development, production]) await project.remove().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}
