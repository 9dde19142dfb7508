import { IdParams, NewProject, PageQuery, Project, ProjectPage, ProjectPatch } from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { z } from "zod";
import { sendEntity } from "../../http/entity.ts";
import { decodeIdCursor, pageOfRows } from "../../http/page.ts";
import { deleteProject, editProject } from "./change-project.ts";
import { createProject } from "./create-project.ts";
import { findProject, listProjects } from "./projects.repository.ts";

export async function projectsRoutes(app: App) {
  const { context } = app;
  const tags = ["projects"];

  app.get(
    "/projects",
    {
      schema: {
        tags,
        summary: "List projects, the inbox first",
        querystring: PageQuery,
        response: { 200: ProjectPage },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listProjects(context.pool, request.actor.accountId, decodeIdCursor(cursor), limit + 1);
      return pageOfRows(rows, limit);
    },
  );

  app.post(
    "/projects",
    { schema: { tags, summary: "Create a project", body: NewProject, response: { 200: Project, 201: Project } } },
    async (request, reply) => {
      const { project, isNew } = await createProject(context, request.actor, request.body, request.resourceId);
      return sendEntity(
        request,
        reply.code(isNew ? 201 : 200).header("location", `/api/v1/projects/${project.id}`),
        project,
      );
    },
  );

  app.get(
    "/projects/:id",
    { schema: { tags, summary: "Get a project", params: IdParams, response: { 200: Project } } },
    async (request, reply) => {
      const project = await findProject(context.pool, request.actor.accountId, request.params.id);
      if (!project) throw notFound();
      return sendEntity(request, reply, project);
    },
  );

  app.patch(
    "/projects/:id",
    { schema: { tags, summary: "Change a project", params: IdParams, body: ProjectPatch, response: { 200: Project } } },
    async (request, reply) =>
      sendEntity(request, reply, await editProject(context, request, request.params.id, request.body)),
  );

  app.delete(
    "/projects/:id",
    {
      schema: {
        tags,
        summary: "Delete a project",
        description:
          "Its tasks, trashed ones too, move to the inbox. The inbox itself cannot be deleted (409 `inbox_stays`).",
        params: IdParams,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await deleteProject(context, request, request.params.id);
      return reply.code(204).send();
    },
  );
}
