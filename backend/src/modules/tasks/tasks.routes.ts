import {
  CompletedTask,
  DeleteScope,
  IdParams,
  NewTask,
  PatchScope,
  ReopenedTask,
  Task,
  TaskListQuery,
  TaskPage,
  TaskPatch,
} from "@tend/contracts";
import { type App, trustedResponse } from "@tend/service-kit";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { requireActor } from "../../auth/authenticate.ts";
import { expectedVersion } from "../../http/etag.ts";
import { sendJson } from "../../http/send-json.ts";
import { completeTask, skipTask } from "./close-task.ts";
import { createTask, needsZone } from "./create-task.ts";
import { deleteTask } from "./delete-task.ts";
import { editTask } from "./edit-task.ts";
import { findTask } from "./find-task.ts";
import { listTasks } from "./list-tasks.ts";
import { reopenTask, restoreTask } from "./open-again.ts";
import type { WrittenTask } from "./tasks.repository.ts";

const one = trustedResponse(Task);
const closed = { response: { 200: trustedResponse(CompletedTask) }, params: IdParams };

export const sendTask = (reply: FastifyReply, { json: body, version }: WrittenTask) =>
  sendJson(reply.header("etag", `"${version}"`), body);

export async function tasksRoutes(app: App) {
  const { pool } = app.context;
  const inStatement = { auth: "statement" } as const;
  const tags = ["tasks"];

  app.get(
    "/tasks",
    {
      config: inStatement,
      schema: { tags, summary: "List tasks", querystring: TaskListQuery, response: { 200: trustedResponse(TaskPage) } },
    },
    async (request, reply) => {
      const { query } = request;
      const isDated = query.dueFrom !== undefined || query.dueTo !== undefined;
      const zone = query.timeZone ?? (isDated ? (await requireActor(request)).timeZone : "UTC");
      const page = await listTasks(pool, hashOf(request), query, zone);
      app.learnAccount(hashOf(request), page.accountId);
      return sendJson(reply, page.json);
    },
  );

  app.post(
    "/tasks",
    {
      config: inStatement,
      schema: { tags, summary: "Create a task", body: NewTask, response: { 200: one, 201: one } },
    },
    async (request, reply) => {
      const zone = needsZone(request.body) ? await requireActor(request) : null;
      const made = await createTask(pool, request.body, {
        credentialHash: hashOf(request),
        zone,
        resourceId: request.resourceId,
      });
      app.learnAccount(hashOf(request), made.accountId);
      app.context.wakeRelay();
      return sendTask(reply.code(made.isNew ? 201 : 200), made.task);
    },
  );

  app.get(
    "/tasks/:id",
    { config: inStatement, schema: { tags, summary: "Get a task", params: IdParams, response: { 200: one } } },
    async (request, reply) => {
      const task = await findTask(pool, hashOf(request), request.params.id);
      app.learnAccount(hashOf(request), task.accountId);
      return sendTask(reply, task);
    },
  );

  const patchQuery = z.strictObject({ scope: PatchScope.optional() });
  app.patch(
    "/tasks/:id",
    {
      schema: {
        tags,
        summary: "Change a task",
        params: IdParams,
        querystring: patchQuery,
        body: TaskPatch,
        response: { 200: one },
      },
    },
    async (request, reply) => {
      const options = { scope: request.query.scope, isExpected: expectedVersion(request) };
      const task = await editTask(pool, request.actor, request.params.id, request.body, options);
      app.context.wakeRelay();
      return sendTask(reply, task);
    },
  );

  const deleteQuery = z.strictObject({ scope: DeleteScope.default("this") });
  app.delete(
    "/tasks/:id",
    {
      schema: {
        tags,
        summary: "Move a task to the trash",
        params: IdParams,
        querystring: deleteQuery,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await deleteTask(pool, request.actor, request.params.id, {
        scope: request.query.scope,
        isExpected: expectedVersion(request),
      });
      app.context.wakeRelay();
      return reply.code(204).send();
    },
  );

  for (const [verb, close, summary] of [
    ["complete", completeTask, "Complete a task"],
    ["skip", skipTask, "Skip this occurrence"],
  ] as const) {
    app.post(`/tasks/:id/${verb}`, { schema: { tags, summary, ...closed } }, async (request, reply) => {
      const { task, nextDue } = await close(pool, request.actor, request.params.id);
      app.context.wakeRelay();
      return sendJson(
        reply.header("etag", `"${task.version}"`),
        `{"task":${task.json},"nextDue":${JSON.stringify(nextDue)}}`,
      );
    });
  }

  app.post(
    "/tasks/:id/reopen",
    { schema: { tags, summary: "Reopen a task", params: IdParams, response: { 200: trustedResponse(ReopenedTask) } } },
    async (request, reply) => {
      const { task, keptSuccessor } = await reopenTask(pool, request.actor, request.params.id);
      app.context.wakeRelay();
      return sendJson(
        reply.header("etag", `"${task.version}"`),
        `{"task":${task.json},"keptSuccessor":${JSON.stringify(keptSuccessor)}}`,
      );
    },
  );

  app.post(
    "/tasks/:id/restore",
    { schema: { tags, summary: "Restore a task from the trash", params: IdParams, response: { 200: one } } },
    async (request, reply) => {
      const { task } = await restoreTask(pool, request.actor, request.params.id);
      app.context.wakeRelay();
      return sendTask(reply, task);
    },
  );
}

const hashOf = (request: { credential: { hash: Buffer } | null }): Buffer => {
  if (!request.credential) throw new Error("a route without a credential was reached");
  return request.credential.hash;
};
