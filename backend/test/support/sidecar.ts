import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Invocation = { appId: string; method: string; path: string; query: URLSearchParams; body: unknown };
export type Published = {
  topic: string;
  entryId: string;
  event: Record<string, unknown>;
  partitionKey: string | undefined;
};
type Answer = { status: number; body?: unknown };

/** A sidecar at the network: it keeps what was published and answers secrets and invocations as a test says. */
export async function startSidecar(secrets: Record<string, string>) {
  const published: Published[] = [];
  const invocations: Invocation[] = [];
  const answers = new Map<string, (invocation: Invocation) => Answer>();

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "/", "http://sidecar");
    const body = await readBody(request);
    const [, , kind, ...rest] = url.pathname.split("/");
    if (kind === "healthz") return { status: 204 };
    if (kind === "metadata") return { status: 200, body: { id: "todo-backend" } };
    if (kind === "secrets") return secretAnswer(secrets, rest[1] ?? "");
    if (kind === "publish") return publish(published, rest, body);
    if (kind !== "invoke") return { status: 404 };
    const [appId = "", , ...path] = rest;
    const invocation = {
      appId,
      method: request.method ?? "",
      path: `/${path.join("/")}`,
      query: url.searchParams,
      body,
    };
    invocations.push(invocation);
    const answer = answers.get(`${appId} ${invocation.method} ${invocation.path}`) ?? answers.get(appId);
    return answer ? answer(invocation) : { status: 500, body: { errorCode: "ERR_DIRECT_INVOKE" } };
  };

  const server = createServer(async (request, response) => {
    const { status, body } = await answerTo(request);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    published,
    invocations,
    /** `to`: an app id, or `appId METHOD /path`. */
    answer(to: string, answer: (invocation: Invocation) => Answer) {
      answers.set(to, answer);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Sidecar = Awaited<ReturnType<typeof startSidecar>>;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const text = (await request.toArray()).join("");
  return text ? JSON.parse(text) : undefined;
}

const secretAnswer = (secrets: Record<string, string>, name: string): Answer =>
  secrets[name] === undefined
    ? { status: 500, body: { errorCode: "ERR_SECRET_GET" } }
    : { status: 200, body: { [name]: secrets[name] } };

type Entry = { entryId: string; event: Record<string, unknown>; metadata?: { partitionKey?: string } };

function publish(published: Published[], path: string[], body: unknown): Answer {
  const topic = path.at(-1) ?? "";
  const entries = path[0] === "bulk" ? (body as Entry[]) : [{ entryId: "", event: body as Entry["event"] }];
  for (const { entryId, event, metadata } of entries) {
    published.push({ topic, entryId, event, partitionKey: metadata?.partitionKey });
  }
  return { status: 204 };
}
