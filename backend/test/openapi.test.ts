import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";

let backend: TestApp;
beforeAll(async () => {
  backend = await testApp();
});
afterAll(() => backend.close());

type Operation = { operationId: string; "x-scope": string; responses: Record<string, unknown>; security: unknown[] };

test("the document is public, is 3.1, and every operation has a name of its own and a scope", async () => {
  const answer = await backend.inject("/api/v1/openapi.json");
  expect(answer.statusCode).toBe(200);
  const document = answer.json();
  expect(document.openapi).toBe("3.1.0");
  const operations: Operation[] = Object.values(document.paths).flatMap((path) => Object.values(path as object));
  expect(operations.length).toBeGreaterThan(15);
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const operation of operations) expect(["read", "write", "none"]).toContain(operation["x-scope"]);
  expect(document.paths["/api/v1/projects"].post["x-scope"]).toBe("write");
  expect(document.paths["/api/v1/projects/{id}"].get["x-scope"]).toBe("read");
  expect(document.paths["/api/auth/sign-in/email"].post["x-scope"]).toBe("none");
  expect(Object.keys(document.paths).filter((path) => !/^\/api\/(v1|auth)\//.test(path))).toEqual([]);
  expect(document.paths["/api/v1/projects/{id}"].patch.responses["412"].content).toHaveProperty(
    "application/problem+json",
  );
});

test("the page at /docs loads nothing from elsewhere", async () => {
  const page = await backend.inject("/docs/");
  expect(page.statusCode).toBe(200);
  expect(page.headers["content-security-policy"]).toContain("connect-src 'self'");
  expect(page.body).not.toMatch(/(src|href)="https?:/);
  const script = page.body.match(/src="([^"]+\.js)"/)?.[1];
  const loaded = await backend.inject(new URL(script ?? "", "http://x/docs/").pathname);
  expect(loaded.statusCode).toBe(200);
});
