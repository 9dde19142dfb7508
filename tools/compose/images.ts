import type { Docker } from "./docker.ts";
import type { Config } from "./project.ts";
import type { Report } from "./report.ts";
import { makeStandIn } from "./stand-ins.ts";

type Making = { tell: (line: string) => void; signal: AbortSignal };
/** Above its base; what people must load to update. */
const mostMegabytes = 300;

/** Every image that is not built here is there afterwards: as it is, pulled, or a stand-in of the same program. */
export async function bringImages(docker: Docker, config: Config, making: Making): Promise<void> {
  const services = Object.values(config.services);
  const bases = services.flatMap(({ build }) =>
    Object.entries(build?.args ?? {}).flatMap(([name, value]) => (name.endsWith("_IMAGE") ? value : [])),
  );
  const wanted = new Set([...bases, ...services.flatMap(({ image, build }) => (build ? [] : image))]);
  let canPull = true;
  for (const image of wanted) {
    if (await has(docker, image)) continue;
    canPull &&= await docker.run("pull", "-q", image).then(
      () => true,
      () => false,
    );
    if (canPull) continue;
    if (!(await makeStandIn(docker, image, making))) throw new Error(`${image} cannot be pulled, and has no stand-in`);
    making.tell(`${image}: a stand-in of the same program.`);
  }
}

const has = (docker: Docker, image: string) =>
  docker.run("image", "inspect", image).then(
    () => true,
    () => false,
  );

const bytes = async (docker: Docker, image: string) =>
  Number(await docker.run("image", "inspect", "-f", "{{.Size}}", image));

/** Built images: how large they are above their base, who runs them, and what. */
export async function checkImages(docker: Docker, config: Config, report: Report): Promise<void> {
  const built = new Map(
    Object.values(config.services).flatMap(({ image, build }) => (build ? [[image, build] as const] : [])),
  );
  for (const [image, { args }] of built)
    await report.check(
      `image ${image}: at most ${mostMegabytes} MB above its base, not root, starts a program of its own`,
      async () => {
        const own = ((await bytes(docker, image)) - (await bytes(docker, args.NODE_IMAGE ?? ""))) / 1e6;
        if (own > mostMegabytes) throw new Error(`${own.toFixed(0)} MB`);
        const [user, command] = (
          await docker.run("image", "inspect", "-f", "{{.Config.User}} {{json .Config.Cmd}}", image)
        ).split(" ", 2);
        if (!user || /^(root|0)\b/.test(user)) throw new Error(`it runs as ${user || "root"}`);
        if (!command?.startsWith("[") || /"npm"|"sh"/.test(command)) throw new Error(`it starts ${command}`);
        return `${own.toFixed(0)} MB`;
      },
    );
}
