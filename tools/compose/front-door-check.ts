import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../bootstrap/folders.mjs";
import { codeOf } from "../faults/load/api.ts";
import { forged, forwarded, notThere, refused } from "../launcher/test/front-door-cases.ts";
import type { Docker } from "./docker.ts";
import type { Report } from "./report.ts";

/** Answers with what it saw; a stream sends its second piece only when it is told to. */
const echo = `
  const streams = [];
  const answer = (name) => ({ url, headers }, response) => {
    if (url === "/api/v1/stream") {
      response.setHeader("content-type", "text/event-stream");
      response.write("data: 1\\n\\n");
      streams.push(response);
    } else {
      if (url === "/api/v1/go-on") for (const stream of streams.splice(0)) stream.end("data: 2\\n\\n");
      response.setHeader("content-type", "application/json").end(JSON.stringify({ name, url, headers }));
    }
  };
  const { createServer } = require("node:http");
  createServer(answer("backend")).listen(4000);
  createServer(answer("ui")).listen(3000);`;

type Images = { nginx: string; node: string };
type Seen = { name: string; url: string; headers: Record<string, string> };

/** The cases of the launcher's front door against nginx with the project's configuration. */
export async function checkFrontDoor(docker: Docker, { nginx, node }: Images, report: Report): Promise<void> {
  const name = `tend-door-${randomUUID().slice(0, 8)}`;
  const open = async (suffix: string, trusted: string) => {
    const config = `${join(root, "docker/nginx")}:/etc/tend/nginx:ro`;
    const locked = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--user", "101:101"];
    const flags = ["--name", name + suffix, "--network", name, "-p", "127.0.0.1::8080", "-v", config, ...locked];
    await docker.run(
      "run",
      "-d",
      ...flags,
      "-e",
      `TRUSTED_PROXIES=${trusted}`,
      "--entrypoint",
      "/etc/tend/nginx/start-nginx",
      nginx,
    );
    return Number((await docker.run("port", name + suffix, "8080")).split(":").at(-1));
  };
  try {
    await docker.run("network", "create", name);
    const aliases = ["todo-backend", "todo-frontend"].flatMap((alias) => ["--network-alias", alias]);
    await docker.run("run", "-d", "--name", `${name}-echo`, "--network", name, ...aliases, node, "node", "-e", echo);
    const [port, trusting] = [
      await open("-door", ""),
      await open("-trusting", "10.0.0.0/8, 172.16.0.0/12,192.168.0.0/16"),
    ];
    await Promise.all([port, trusting].map(untilOpen));
    await checkPaths(port, report);
    await checkHeaders(port, trusting, report);
    await checkBodies(port, report);
    await report.check("front door: a part that is down is a 503 that asks to come back", async () => {
      await docker.run("kill", `${name}-echo`);
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/me`);
      expectSame(
        [response.status, response.headers.get("retry-after"), codeOf(await response.json())],
        [503, "1", "unavailable"],
      );
    });
  } finally {
    for (const suffix of ["-echo", "-door", "-trusting"])
      await docker
        .toCleanUp()
        .run("rm", "-f", name + suffix)
        .catch(() => {});
    await docker
      .toCleanUp()
      .run("network", "rm", name)
      .catch(() => {});
  }
}

async function checkPaths(port: number, report: Report) {
  for (const [path, to] of forwarded)
    await report.check(`front door: ${path} goes to the ${to}, path unchanged`, async () => {
      const { name, url } = await seen(port, path);
      expectSame([name, url], [to, path]);
    });
  for (const [paths, status] of [
    [notThere, 404],
    [refused, 400],
  ] as const)
    for (const path of paths)
      await report.check(`front door: ${path} is a ${status}`, async () => {
        const answer = await ask(port, path, {});
        expectSame([answer.status, answer.type], [status, "application/problem+json"]);
      });
}

async function checkHeaders(port: number, trusting: number, report: Report) {
  await report.check("front door: nobody outside can pretend to be a sidecar or another address", async () => {
    const { headers } = await seen(port, "/api/v1/me", forged);
    expectSame(
      Object.keys(headers).filter((name) => /^dapr-|^tend-|^forwarded$|^x-real-ip$/.test(name)),
      [],
    );
    expectSame([headers["x-forwarded-proto"], headers["x-forwarded-host"]], ["http", `127.0.0.1:${port}`]);
    if (headers["x-forwarded-for"]?.includes("8.8.8.8")) throw new Error("a claimed address was passed on");
  });
  await report.check("front door: a proxy named in TRUSTED_PROXIES is believed", async () => {
    const claim = {
      "x-forwarded-for": "1.2.3.4, 8.8.8.8",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "tend.example",
    };
    const { headers } = await seen(trusting, "/api/v1/me", claim);
    const told = ["for", "proto", "host"].map((name) => headers[`x-forwarded-${name}`]);
    expectSame(told, ["8.8.8.8", "https", "tend.example"]);
  });
}

async function checkBodies(port: number, report: Report) {
  await report.check("front door: a stream arrives piece by piece", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/stream`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expectSame((await reader?.read())?.value, "data: 1\n\n");
    await seen(port, "/api/v1/go-on");
    expectSame((await reader?.read())?.value, "data: 2\n\n");
  });
  await report.check("front door: a body of 3 MiB is a 413", async () => {
    const body = "x".repeat(3 * 1024 * 1024);
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/tasks`, { method: "POST", body });
    expectSame([response.status, codeOf(await response.json())], [413, "too_large"]);
  });
}

async function untilOpen(port: number) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(100))
    if (
      await seen(port, "/").then(
        () => true,
        () => false,
      )
    )
      return;
  throw new Error("nginx did not open");
}

const seen = async (port: number, path: string, headers: Record<string, string> = {}): Promise<Seen> =>
  JSON.parse((await ask(port, path, headers)).body);

/** As it is: fetch would tidy the path. */
const ask = (port: number, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; type: string | undefined; body: string }>((resolve, reject) =>
    request({ port, path, headers, host: "127.0.0.1" }, async (response) => {
      const body = (await response.toArray()).join("");
      resolve({ status: response.statusCode, type: response.headers["content-type"], body });
    })
      .on("error", reject)
      .end(),
  );

function expectSame(found: unknown, wanted: unknown) {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}
