import {
  AccessTokenPage,
  accountUpdated,
  auditRecorded,
  ChangePage,
  Counts,
  HistoryPage,
  LabelPage,
  labelChanged,
  Me,
  Preview,
  ProjectPage,
  projectChanged,
  QuickAdded,
  TaskPage,
  taskEvents,
} from "@tend/contracts";
import { expect } from "vitest";
import { z } from "zod";
import type { TestApp } from "./app.ts";
import type { TestAccount } from "./sign-up.ts";

const definitions = [...taskEvents, accountUpdated, projectChanged, labelChanged, auditRecorded];
const envelopes = new Map<string, z.ZodType>(definitions.map(({ type, envelope }) => [type, envelope]));
const sorts = ["position", "-due", "priority", "-created", "updated"];

/** Whatever an account was made to hold, everything that reads it still answers, page for page, and keeps to the contracts. */
export async function surveyAccount(backend: TestApp, account: TestAccount): Promise<void> {
  const headers = account.tokenHeaders;
  const get = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const answer = await backend.inject({ url: `/api/v1${path}`, headers });
    expect([path, answer.statusCode, answer.statusCode === 200 ? "" : answer.body]).toEqual([path, 200, ""]);
    return shape.parse(answer.json());
  };
  const post = async (path: string, payload: object, shape: z.ZodType) => {
    const answer = await backend.inject({ method: "POST", url: `/api/v1${path}`, headers, payload });
    expect([path, answer.statusCode]).toEqual([path, 200]);
    shape.parse(answer.json());
  };
  const readAll = async (path: string, shape: z.ZodType<{ items: { id: string }[]; nextCursor: string | null }>) => {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { items: { id: string }[]; nextCursor: string | null } = await get(
        `${path}${cursor && `&cursor=${cursor}`}`,
        shape,
      );
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(ids).size).toBe(ids.length);
    return ids;
  };
  await get("/me", Me);
  await get("/counts", Counts);
  await readAll("/projects?limit=200", ProjectPage);
  await readAll("/labels?limit=200", LabelPage);
  await readAll("/tokens?limit=200", AccessTokenPage);
  const lists = [];
  for (const sort of sorts) lists.push(await readAll(`/tasks?limit=200&status=all&sort=${sort}`, TaskPage));
  for (const list of lists) expect(list.toSorted()).toEqual(lists[0]?.toSorted());
  await get("/tasks?dueFrom=1970-01-01&dueTo=9999-12-31&limit=200", TaskPage);
  for (const id of lists[0]?.slice(-3) ?? []) await get(`/tasks/${id}/history`, HistoryPage);
  await readChanges(get);
  await post("/quick-add?dryRun=true", { text: "Water plants every day at 9am" }, QuickAdded);
  const recurrence = { rrule: "FREQ=DAILY", from: "due" };
  await post("/recurrences/preview", { recurrence, due: { date: "2026-01-31", time: "09:00" }, count: 5 }, Preview);
  await checkOutbox(backend, account);
}

async function readChanges(get: <T>(path: string, shape: z.ZodType<T>) => Promise<T>): Promise<void> {
  const { nextCursor } = await get("/changes", ChangePage);
  const [epoch] = atob(nextCursor).split(".");
  for (let cursor = btoa(`${epoch}.0.0`).replaceAll("=", ""); ; ) {
    const page: z.infer<typeof ChangePage> = await get(`/changes?limit=200&cursor=${cursor}`, ChangePage);
    if (page.items.length === 0) return;
    cursor = page.nextCursor;
  }
}

/** Each event that waits to be published is one that every consumer can read. */
async function checkOutbox({ pool }: TestApp, { accountId }: TestAccount): Promise<void> {
  const { rows } = await pool.query<{ payload: { type: string } }>(
    "select payload from outbox where payload -> 'data' ->> 'accountId' = $1 order by seq",
    [accountId],
  );
  for (const { payload } of rows) {
    const envelope = envelopes.get(payload.type);
    if (!envelope) throw new Error(`no contract for ${payload.type}`);
    const parsed = envelope.safeParse(payload);
    expect([payload.type, parsed.success ? "" : `${z.prettifyError(parsed.error)} ${JSON.stringify(payload)}`]).toEqual(
      [payload.type, ""],
    );
  }
}
