import { ChangePage, Cursor, HistoryPage, IdParams, Limit, PageQuery, Task } from "@tend/contracts";
import { type App, trustedResponse } from "@tend/service-kit";
import { z } from "zod";
import { sendTask } from "../tasks/tasks.routes.ts";
import { checkPosition, decodePosition, encodePosition, presentPosition, readFeed, toChange } from "./feed.ts";
import { listHistory } from "./history.repository.ts";
import { undoEvent } from "./undo-event.ts";

/** Milliseconds. Pages that lose their streams in one moment come back spread over this long, not all in one line (docs/scale.md). */
const spreadMs = 5_000;
const soonestMs = 1_000;
const comesBackAfter = () => soonestMs + Math.floor(Math.random() * spreadMs);

export async function eventsRoutes(app: App) {
  const { pool } = app.context;
  const tags = ["history and changes"];

  app.get(
    "/tasks/:id/history",
    {
      schema: {
        tags,
        summary: "Events of a task and its series, newest first",
        params: IdParams,
        querystring: PageQuery,
        response: { 200: HistoryPage },
      },
    },
    (request) => listHistory(pool, request.actor.accountId, request.params.id, request.query),
  );

  app.post(
    "/events/:id/undo",
    { schema: { tags, summary: "Undo an event", params: IdParams, response: { 200: trustedResponse(Task) } } },
    async (request, reply) => {
      const task = await undoEvent(pool, request.actor, request.params.id);
      app.context.wakeRelay();
      return sendTask(reply, task);
    },
  );

  const changesQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() });
  app.get(
    "/changes",
    {
      schema: {
        tags,
        summary: "What has changed since a cursor",
        querystring: changesQuery,
        response: { 200: ChangePage },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      if (cursor === undefined) return { items: [], nextCursor: encodePosition(await presentPosition(pool)) };
      const position = decodePosition(cursor);
      await checkPosition(pool, position);
      const events = await readFeed(pool, [request.actor.accountId], position, limit);
      const last = events.at(-1);
      const next = last ? { ...position, txid: last.txid, seq: last.seq } : position;
      return { items: events.map(toChange), nextCursor: encodePosition(next) };
    },
  );

  const streamQuery = z.strictObject({ cursor: Cursor.optional() });
  app.get(
    "/stream",
    {
      exposeHeadRoute: false,
      schema: { tags, summary: "Changes as they happen (text/event-stream)", querystring: streamQuery },
    },
    async (request, reply) => {
      const resume = [request.headers["last-event-id"]].flat()[0] ?? request.query.cursor;
      const position = resume ? decodePosition(resume) : await presentPosition(pool);
      if (resume) await checkPosition(pool, position);
      const { accountId } = request.actor;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "private, no-store",
        "x-accel-buffering": "no",
        "x-request-id": request.id,
      });
      reply.raw.write(`retry: ${comesBackAfter()}\nid: ${encodePosition(position)}\nevent: ready\ndata: {}\n\n`);
      if (!request.credential) throw new Error("a stream without a credential was reached");
      await app.context.streams
        .open(accountId, request.credential.hash, reply.raw, position)
        .catch((error: unknown) => request.log.warn({ err: error }, "the stream waits for the database"));
    },
  );
}
