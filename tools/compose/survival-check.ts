import { Person } from "./main-job.ts";
import type { Project } from "./project.ts";
import type { Report } from "./report.ts";

type Options = {
  name: string;
  /** Where nginx is reached. */
  address: string;
  report: Report;
  whileItRuns?: () => Promise<void>;
};

/** Up, the main job, each container killed in turn, down and up again with the data: as its owner would live through it. */
export async function checkProject(project: Project, { name, address, report, whileItRuns }: Options): Promise<void> {
  const up = () => project.compose("up", "-d", "--no-build", "--wait", "--wait-timeout", "600");
  if (!(await report.check(`${name}: docker compose up --wait ends healthy`, up))) {
    console.log(await project.compose("logs", "--no-color", "--tail", "20"));
    return;
  }
  const person = await Person.signUp(address);
  const job = (when: string) =>
    report.check(`${name}: the main job through nginx, ${when}`, () => person.doMainJob(when));
  await job("at first");
  await checkPages(address, name, report);
  await report.check(`${name}: the command for events that did not get through finds none`, async () => {
    const said = await project.compose("run", "--rm", "--no-deps", "-T", "events");
    if (!/^0 parked events\n0 dead letters$/.test(said)) throw new Error(said);
  });
  await whileItRuns?.();
  const services = await project.running();
  if (await project.isLocal("nginx")) {
    for (const service of services)
      await report.check(`${name}: ${service} crashes, the engine brings it back, the main job works`, async () => {
        await person.whileWriting(() => project.crash(service));
        await person.doMainJob(`after ${service}`);
      });
  } else report.leaveOut(`${name}: crashes, since the engine is on another machine`);
  for (const service of services)
    await report.check(`${name}: docker kill ${service}, and up brings it back`, () =>
      person.whileWriting(async () => {
        await project.kill(service);
        await project.compose("up", "-d", "--no-build", "--no-deps", "--wait", service);
      }),
    );
  await job("after every container was killed");
  await report.check(`${name}: nothing that was accepted is lost`, async () => {
    await person.checkNothingIsLost();
    return `${person.accepted.length} tasks written meanwhile`;
  });
  await report.check(`${name}: down ends everything`, () => project.compose("down"));
  await report.check(`${name}: up again ends healthy`, up);
  await report.check(`${name}: the data is there again`, () => person.checkNothingIsLost());
  await job("after down and up");
  await project.remove();
}

async function checkPages(address: string, name: string, report: Report): Promise<void> {
  await report.check(`${name}: the page to sign in comes`, async () => {
    const response = await fetch(`${address}/sign-in`);
    const text = await response.text();
    if (response.status !== 200 || !text.includes("Sign in"))
      throw new Error(`${response.status}: ${text.slice(0, 200)}`);
  });
  await report.check(`${name}: every part says that it is well`, async () => {
    const response = await fetch(`${address}/health`);
    const { checks } = (await response.json()) as { checks: Record<string, string> };
    if (response.status !== 200) throw new Error(JSON.stringify(checks));
    return `${Object.keys(checks).length} parts`;
  });
}
