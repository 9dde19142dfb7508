import { Problem } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appApiToken, type TestApp, testApp } from "./support/app.ts";
import { exampleOf } from "./support/attack.ts";
import { type Belongings, makeBelongings } from "./support/belongings.ts";
import { otherCallers, strangers } from "./support/callers.ts";
import { examples } from "./support/examples.ts";
import { isId, type Operation, placesIn, readOperations, routesOf } from "./support/operations.ts";
import { answerForServices } from "./support/other-services.ts";
import { placeAt } from "./support/place.ts";
import { send } from "./support/send.ts";
import { snapshotOf } from "./support/snapshot.ts";

let backend: TestApp;
let operations: Operation[];
let owner: Belongings;
let others: Awaited<ReturnType<typeof otherCallers>>;
const everybody: Belongings[] = [];

beforeAll(async () => {
  backend = await testApp();
  answerForServices(backend.sidecar, () => everybody);
  operations = await readOperations(backend);
  owner = await newOwner();
  others = await otherCallers(backend);
  everybody.push(others[0].mine);
});
afterAll(() => backend.close());

async function newOwner(): Promise<Belongings> {
  const belongings = await makeBelongings(backend, await backend.signUp());
  everybody.push(belongings);
  return belongings;
}

/** More of everything for an account that has used up what it had; sessions cannot be made again, so those need a new account. */
async function again(operation: Operation): Promise<Belongings> {
  if (operation.path.startsWith("/api/auth")) return newOwner();
  const belongings = await makeBelongings(backend, owner.account);
  everybody.push(belongings);
  return belongings;
}

test("the document names exactly the routes that the router knows", () => {
  const described = operations.map(({ method, path }) => `${method} ${path}`);
  const open = routesOf(backend).filter((route) => /^[A-Z]+ \/api\/(v1|auth)\//.test(route));
  expect(open.filter((route) => route !== "GET /api/v1/openapi.json").sort()).toEqual(described.sort());
  expect(Object.keys(examples).sort()).toEqual(operations.map(({ name }) => name).sort());
});

test("the owner may do everything, by token and by cookie", async () => {
  for (const operation of operations) {
    const isAuth = operation.scope === "none";
    for (const by of isAuth ? (["cookie"] as const) : (["cookie", "token"] as const)) {
      const mine = await again(operation);
      const example = exampleOf(operation, mine);
      const headers = by === "token" ? mine.account.tokenHeaders : mine.account.cookieHeaders;
      const answer = await send(backend, operation, { example, headers });
      const expected = by === "token" && example.needsSession ? 403 : example.status;
      const body = answer.status === expected ? "" : answer.text;
      expect([operation.name, by, answer.status, body]).toEqual([operation.name, by, expected, ""]);
      if (expected < 300 && example.answer) example.answer.parse(answer.json());
    }
  }
});

test("nobody, worn-out tokens, tokens of the wrong scope and other sites are turned away and change nothing", async () => {
  const seen: unknown[] = [];
  const wanted: unknown[] = [];
  for (const operation of operations) {
    const mine = await newOwner();
    const isHarmless = (status: number) => status >= 300 || operation.method === "GET" || operation.scope === "read";
    const callers = (await strangers(backend, mine)).map((caller) => {
      const example = exampleOf(operation, mine);
      return { ...caller, example, status: caller.expected(operation, example) };
    });
    // Who may change something comes last, since the belongings are used up then.
    for (const caller of callers.toSorted((a, b) => Number(isHarmless(b.status)) - Number(isHarmless(a.status)))) {
      const before = await snapshotOf(backend, mine.account.accountId);
      const { status, text } = await send(backend, operation, caller);
      const isKept = !isHarmless(caller.status) || (await snapshotOf(backend, mine.account.accountId)) === before;
      if (status >= 400) expect(Problem.parse(JSON.parse(text)).status).toBe(status);
      seen.push([operation.name, caller.name, status, isKept]);
      wanted.push([operation.name, caller.name, caller.status, true]);
    }
  }
  expect(seen).toEqual(wanted);
}, 300_000);

test("to another account the owner's ids are unknown ones, and its own answers hold nothing of the owner's", async () => {
  const before = await snapshotOf(backend, owner.account.accountId);
  for (const operation of operations.filter(({ scope }) => scope !== "none")) {
    for (const other of others) {
      const { id } = exampleOf(operation, owner);
      const example = exampleOf(operation, other.mine);
      const needsSession = example.needsSession && other.headers.authorization !== undefined;
      const answer = await send(backend, operation, { example: { ...example, id }, headers: other.headers });
      const expected = id ? 404 : needsSession ? 403 : example.status;
      expect([operation.name, other.name, answer.status]).toEqual([operation.name, other.name, expected]);
      for (const secret of secretsOf(owner)) expect([operation.name, answer.text]).not.toContain(secret);
      if (!id) continue;
      const unknown = { ...example, id: uuidv7() };
      const toUnknown = await send(backend, operation, { example: unknown, headers: other.headers });
      expect([operation.name, answer.status, answer.text, answer.headers]).toEqual([
        operation.name,
        toUnknown.status,
        toUnknown.text,
        toUnknown.headers,
      ]);
    }
  }
  expect(await snapshotOf(backend, owner.account.accountId)).toBe(before);
});

const secretsOf = ({ account, mark, taskId, projectId, labelId, eventId, tokenId, reminderId }: Belongings) => [
  ...[account.accountId, account.inboxProjectId, account.email, mark],
  ...[taskId, projectId, labelId, eventId, tokenId, reminderId],
];

/** What of the owner's goes into a field of this name. A new field with an id has to be added. */
const foreignFor = (name: string | number | undefined, path: string): string => {
  const mine: Record<string, string> = {
    ...{ projectId: owner.projectId, labelIds: owner.labelId, labelId: owner.labelId, seriesId: owner.seriesId },
    ...{
      sectionId: owner.projectId,
      parentId: owner.taskId,
      assigneeId: owner.account.accountId,
      taskId: owner.taskId,
    },
    ...{ id: path.includes("reminders") ? owner.reminderId : "" },
  };
  const id = mine[String(name)];
  if (id === undefined) throw new Error(`${path}: say what of the owner's stands for ${name}`);
  return id;
};

describe("the owner's ids inside a request of another account", () => {
  test("in its body are unknown ones", async () => {
    const [other] = others;
    const before = await snapshotOf(backend, owner.account.accountId);
    let count = 0;
    for (const operation of operations) {
      for (const { path, schema } of operation.body ? placesIn(operation.body) : []) {
        if (!isId(schema)) continue;
        const name = path.findLast((part) => typeof part === "string");
        const foreign = foreignFor(name, path.join("."));
        if (foreign === "") continue;
        count += 1;
        const answers = [];
        for (const id of [foreign, uuidv7()]) {
          const fresh = exampleOf(operation, other.mine);
          const example = { ...fresh, body: placeAt(fresh.body ?? {}, path, id) as object };
          const { status, text } = await send(backend, operation, { example, headers: other.headers });
          answers.push(status < 300 ? { status } : { status, text });
        }
        expect([operation.name, path, answers[0]]).toEqual([operation.name, path, answers[1]]);
        const isRefused = !path.includes("reminders");
        if (isRefused) expect([operation.name, path, answers[0]?.status]).toEqual([operation.name, path, 404]);
      }
    }
    expect(count).toBeGreaterThan(10);
    expect(await snapshotOf(backend, owner.account.accountId)).toBe(before);
  });

  test("in its query are unknown ones", async () => {
    const [other] = others;
    for (const operation of operations) {
      for (const { in: place, name, schema } of operation.parameters) {
        if (place !== "query" || !isId(schema)) continue;
        const example = exampleOf(operation, other.mine);
        const ask = (id: string) =>
          send(backend, operation, { example: { ...example, query: `${name}=${id}` }, headers: other.headers });
        const [foreign, unknown] = [await ask(foreignFor(name, name)), await ask(uuidv7())];
        expect([operation.name, name, foreign.status, foreign.text]).toEqual([
          operation.name,
          name,
          unknown.status,
          unknown.text,
        ]);
        expect(foreign.text).not.toContain(owner.mark);
      }
    }
  });

  test("as the id of something new are taken ones, whoever has them", async () => {
    const [other] = others;
    const creations = operations.filter(({ body }) => body?.properties?.id);
    expect(creations.map(({ name }) => name).sort()).toEqual([
      "postLabels",
      "postProjects",
      "postQuickAdd",
      "postTasks",
    ]);
    const before = await snapshotOf(backend, owner.account.accountId);
    for (const operation of creations) {
      const ofKind = (mine: Belongings) =>
        operation.name === "postLabels"
          ? mine.labelId
          : operation.name === "postProjects"
            ? mine.projectId
            : mine.taskId;
      const make = (id: string) => {
        const example = exampleOf(operation, other.mine);
        return send(backend, operation, {
          example: { ...example, body: { ...example.body, id } },
          headers: other.headers,
        });
      };
      const [foreign, own] = [await make(ofKind(owner)), await make(ofKind(other.mine))];
      expect([operation.name, foreign.status, foreign.text]).toEqual([operation.name, 409, own.text]);
    }
    expect(await snapshotOf(backend, owner.account.accountId)).toBe(before);
  });

  test("another's session cannot be ended by its name", async () => {
    const [, other] = others;
    const payload = { token: owner.sessionToken };
    const before = await snapshotOf(backend, owner.account.accountId);
    await backend.inject({ method: "POST", url: "/api/auth/revoke-session", headers: other.headers, payload });
    expect(await snapshotOf(backend, owner.account.accountId)).toBe(before);
  });
});

test("what the sidecar and the services call is closed to everybody else, however the headers are forged", async () => {
  const closed = routesOf(backend).filter((route) => /^[A-Z]+ \/api\/(internal|jobs)\//.test(route));
  expect(closed.length).toBeGreaterThan(5);
  const caller = (appId: string) => ({ "dapr-caller-app-id": appId });
  const forgeries: Record<string, string>[] = [
    {},
    owner.account.tokenHeaders,
    owner.account.cookieHeaders,
    caller("recurring-task-service"),
    caller("notification-service"),
    { ...caller("notification-service"), "dapr-api-token": "" },
    { ...caller("recurring-task-service"), "dapr-api-token": `${appApiToken}x` },
    { ...caller("todo-frontend"), "dapr-api-token": appApiToken },
    { ...caller("audit-service"), "dapr-api-token": appApiToken },
  ];
  for (const route of closed) {
    const [method = "", path = ""] = route.split(" ");
    const url = path.replace("{id}", owner.account.accountId);
    const isJob = path.startsWith("/api/jobs");
    for (const headers of [...forgeries, ...(isJob ? [] : [{ "dapr-api-token": appApiToken }])]) {
      for (const verb of method === "GET" ? ["GET", "HEAD"] : [method]) {
        const answer = await backend.inject({ method: verb as "GET", url, headers });
        expect([route, headers, answer.statusCode]).toEqual([route, headers, 403]);
      }
    }
  }
});

test("HEAD is answered as GET is, but for the stream, which would never end", async () => {
  const [other] = others;
  for (const operation of operations.filter(({ method, scope }) => method === "GET" && scope !== "none")) {
    const example = exampleOf(operation, owner);
    const { id = "" } = example;
    const url = `${operation.path.replace("{id}", id)}?${example.query ?? ""}`;
    const ask = async (headers: Record<string, string>) =>
      (await backend.inject({ method: "HEAD", url, headers })).statusCode;
    expect([operation.name, await ask({})]).toEqual([operation.name, 401]);
    const status = example.isStream ? 404 : 200;
    expect([operation.name, await ask(owner.account.tokenHeaders)]).toEqual([operation.name, status]);
    if (id) expect([operation.name, await ask(other.headers)]).toEqual([operation.name, 404]);
  }
});
