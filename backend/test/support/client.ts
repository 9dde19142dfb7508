import { HistoryPage, Task, TaskPage } from "@tend/contracts";
import type { TestApp } from "./app.ts";
import type { TestAccount } from "./sign-up.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One account's calls with its token, as a client would make them; what the API answers is checked against the contracts. */
export function client(backend: TestApp, account: TestAccount) {
  const call = async (method: Method, path: string, payload?: object, headers: Record<string, string> = {}) => {
    const answer = await backend.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...account.tokenHeaders, ...headers },
      ...(payload ? { payload } : {}),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body ? answer.json() : undefined };
  };
  return {
    accountId: account.accountId,
    call,
    create: async (body: object) => Task.parse((await call("POST", "/tasks", body)).body),
    get: async (id: string) => Task.parse((await call("GET", `/tasks/${id}`)).body),
    list: async (query = "") => TaskPage.parse((await call("GET", `/tasks?${query}`)).body),
    history: async (id: string) => HistoryPage.parse((await call("GET", `/tasks/${id}/history`)).body).items,
  };
}

/** The calls of a new account. */
export const newClient = async (backend: TestApp, timeZone = "Europe/Berlin") =>
  client(backend, await backend.signUp({ timeZone }));
