import { type AddressInfo, connect } from "node:net";
import { Problem } from "@tend/contracts";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { attacker, exampleOf } from "./support/attack.ts";
import type { Belongings } from "./support/belongings.ts";
import { brokenBodies, oddBodies } from "./support/hostile-bodies.ts";
import { hostileTexts } from "./support/hostile-texts.ts";
import { hostileFor, hostileHeaders, hostileIds } from "./support/hostile-values.ts";
import { type Operation, placesIn, readOperations } from "./support/operations.ts";
import { placeAt, toJson } from "./support/place.ts";
import { surveyAccount } from "./support/survey.ts";

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const slow = { timeout: 300_000 };
let backend: TestApp;
let operations: Operation[];
let hostile: ReturnType<typeof attacker>;

beforeAll(async () => {
  backend = await testApp();
  hostile = attacker(backend);
  operations = await readOperations(backend);
});
afterAll(() => backend.close());
afterEach(() => expect(hostile.takeFaults()).toEqual([]));

const nameOf = (path: (string | number)[]) => String(path.findLast((part) => typeof part === "string") ?? "");
const encoded = (value: unknown) =>
  encodeURIComponent(typeof value === "string" ? value.toWellFormed() : toJson(value)).slice(0, 60_000);

test("every field of every body takes anything without harm", slow, async () => {
  for (const operation of operations) {
    const places = operation.body ? placesIn(operation.body) : [];
    const attacks = places.flatMap(({ path }) =>
      hostileFor(nameOf(path)).map((value) => (mine: Belongings) => ({
        json: toJson(placeAt(exampleOf(operation, mine).body ?? {}, path, value)),
        what: { path, value },
      })),
    );
    if (attacks.length === 0) continue;
    const mine = await hostile.attackAll(operation, attacks);
    await surveyAccount(backend, mine.account);
  }
});

test("every query parameter takes anything without harm", slow, async () => {
  const shapes = ["", "=", "=a&N=b", "[]=a", "[a]=b", "=%zz", "=%ff", "=%00", "=+", "=a%00b"];
  for (const operation of operations) {
    const known = operation.parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
    const queries = [...known, "unknown", "__proto__"].flatMap((name) => [
      ...shapes.map((shape) => name + shape.replace("N", name)),
      ...(known.includes(name) ? hostileFor(name).map((value) => `${name}=${encoded(value)}`) : []),
    ]);
    const mine = await hostile.attackAll(
      operation,
      queries.map((query) => () => ({ query, what: query })),
    );
    await surveyAccount(backend, mine.account);
  }
});

test("every id in a path takes anything without harm", slow, async () => {
  const malformed = ["%00", "%ff", "%zz", "%", "..", "%2e%2e", "%2f", "a%2fb", "x".repeat(301), ":id", "*", "%F0%9F"];
  const ids = [...malformed, ...[...hostileIds, ...hostileTexts].map(encoded).filter((text) => text.length < 10_000)];
  for (const operation of operations.filter(({ path }) => path.includes("{id}"))) {
    const mine = await hostile.attackAll(
      operation,
      ids.map((id) => () => ({ id, what: id })),
    );
    await surveyAccount(backend, mine.account);
  }
});

test("every header that we read takes anything without harm", slow, async () => {
  const headers = Object.entries(hostileHeaders).flatMap(([name, values]) =>
    values.map((value) => ({ [name]: value })),
  );
  for (const operation of operations) {
    const mine = await hostile.attackAll(
      operation,
      headers.map((header) => () => ({ headers: header, what: header })),
    );
    await surveyAccount(backend, mine.account);
  }
});

test(
  "bodies that are no JSON, or too much of it, are refused; odd ones are refused or read as one thing",
  slow,
  async () => {
    for (const operation of operations.filter(({ method }) => method !== "GET")) {
      const mine = await hostile.newOwner();
      const whole = JSON.stringify(exampleOf(operation, mine).body ?? {});
      for (const [what, json] of Object.entries(brokenBodies(whole))) {
        const status = await hostile.attack(operation, mine, { json, what });
        expect([operation.name, what, status >= 400]).toEqual([operation.name, what, true]);
      }
      for (const [what, json] of Object.entries(oddBodies(whole))) {
        const target = operation.scope === "none" ? await hostile.newOwner() : mine;
        await hostile.attack(operation, target, { json, what });
      }
      await surveyAccount(backend, mine.account);
    }
  },
);

test(`several hostile fields at once are no worse (FUZZ_SEED=${seed})`, slow, async () => {
  const written = operations.filter(({ name }) =>
    /^(post|patch)(Tasks|TasksById|QuickAdd|RecurrencesPreview|Me)$/.test(name),
  );
  expect(written.length).toBe(5);
  const mine = await hostile.newOwner();
  for (const operation of written) {
    const places = operation.body ? placesIn(operation.body).filter(({ path }) => path.length > 0) : [];
    const oneOf = places.map(({ path }) =>
      fc.constantFrom(...hostileFor(nameOf(path))).map((value) => ({ path, value })),
    );
    const several = fc.array(fc.oneof(...oneOf), { minLength: 2, maxLength: 4 });
    const property = fc.asyncProperty(several, async (changes) => {
      const example: unknown = exampleOf(operation, mine).body;
      const body = changes.reduce((whole, { path, value }) => placeAt(whole, path, value), example);
      await hostile.attack(operation, mine, { json: toJson(body), what: changes });
    });
    await fc.assert(property, { seed, numRuns: 250, endOnFailure: true });
  }
  await surveyAccount(backend, mine.account);
});

test(`any text at all can be quick-added, and any rule previewed (FUZZ_SEED=${seed})`, slow, async () => {
  const named = (name: string) => operations.find((operation) => operation.name === name) as Operation;
  const mine = await hostile.newOwner();
  const words =
    "every day week month year on the 31st at 9am 25:00 tomorrow next friday in 3 #Home @x !high until for".split(" ");
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 500 }),
    fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 }), fc.integer().map(String)), {
        maxLength: 40,
      })
      .map((parts) => parts.join(" ")),
  );
  const part = fc.tuple(
    fc.constantFrom(
      "FREQ",
      "INTERVAL",
      "COUNT",
      "UNTIL",
      "BYDAY",
      "BYMONTHDAY",
      "BYMONTH",
      "BYSETPOS",
      "BYHOUR",
      "BYYEARDAY",
      "BYWEEKNO",
      "WKST",
      "SKIP",
      "RSCALE",
    ),
    fc.oneof(
      fc.constantFrom(
        "DAILY",
        "WEEKLY",
        "MONTHLY",
        "YEARLY",
        "HOURLY",
        "MINUTELY",
        "MO,-1FR",
        "5SU",
        "GREGORIAN",
        "BACKWARD",
      ),
      fc.integer({ min: -400, max: 400 }).map(String),
    ),
  );
  const rule = fc
    .array(part, { maxLength: 6 })
    .map((parts) => ["FREQ=MONTHLY", ...parts.map((pair) => pair.join("="))].slice(-6).join(";"));
  const quickAdd = fc.asyncProperty(line, async (text) => {
    await hostile.attack(named("postQuickAdd"), mine, { json: JSON.stringify({ text }), what: text });
  });
  const preview = fc.asyncProperty(
    rule,
    fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }),
    async (rrule, at) => {
      const due = {
        date: at.toISOString().slice(0, 10),
        time: at.toISOString().slice(11, 16),
        timeZone: "Europe/Berlin",
      };
      const json = JSON.stringify({ recurrence: { rrule }, due, count: 20 });
      await hostile.attack(named("postRecurrencesPreview"), mine, { json, what: { rrule, due } });
    },
  );
  await fc.assert(quickAdd, { seed, numRuns: 500, endOnFailure: true });
  await fc.assert(preview, { seed, numRuns: 500, endOnFailure: true });
  await surveyAccount(backend, mine.account);
});

test("what is hardly HTTP is refused in the agreed form, and the server goes on", slow, async () => {
  const mine = await hostile.newOwner();
  await backend.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = backend.app.server.address() as AddressInfo;
  const auth = `authorization: ${mine.account.tokenHeaders.authorization}\r\n`;
  const get = (path: string, headers = "") =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\n${auth}${headers}connection: close\r\n\r\n`;
  const wrong = {
    ...{ garbage: "\u0000\u0001\r\n\r\n", "no version": "GET /\r\n\r\n" },
    ...{ "a NUL in the path": get("/api/v1/tasks/\u0000"), "a NUL in a header": get("/api/v1/me", "x: \u0000\r\n") },
    ...{
      "a long header": get("/api/v1/me", `x: ${"x".repeat(20_000)}\r\n`),
      "a long path": get(`/${"x".repeat(20_000)}`),
    },
    "two lengths": `POST /api/v1/tasks HTTP/1.1\r\nhost: x\r\n${auth}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    "length and chunks": `POST /api/v1/tasks HTTP/1.1\r\nhost: x\r\n${auth}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    "a bad chunk": `POST /api/v1/tasks HTTP/1.1\r\nhost: x\r\n${auth}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
  };
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await overTheWire(port, text);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    expect([what, status >= 400 && status < 500]).toEqual([what, true]);
    expect([what, head.toLowerCase().includes("application/problem+json")]).toEqual([what, true]);
    expect(Problem.parse(JSON.parse(body)).status).toBe(status);
  }
  expect(await overTheWire(port, get("/api/v1/me"))).toMatch(/^HTTP\/1\.1 200 /);
});

/** What a server answers to these bytes before it closes the connection. */
async function overTheWire(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text, "latin1");
  return Buffer.concat(await socket.toArray()).toString();
}
