import { IdParams, Label, LabelPage, LabelPatch, NewLabel, PageQuery } from "@tend/contracts";
import { type App, notFound } from "@tend/service-kit";
import { z } from "zod";
import { sendEntity } from "../../http/entity.ts";
import { decodeIdCursor, pageOfRows } from "../../http/page.ts";
import { deleteLabel, editLabel } from "./change-label.ts";
import { createLabel } from "./create-label.ts";
import { findLabel, listLabels } from "./labels.repository.ts";

export async function labelsRoutes(app: App) {
  const { context } = app;
  const tags = ["labels"];

  app.get(
    "/labels",
    { schema: { tags, summary: "List labels", querystring: PageQuery, response: { 200: LabelPage } } },
    async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listLabels(context.pool, request.actor.accountId, decodeIdCursor(cursor), limit + 1);
      return pageOfRows(rows, limit);
    },
  );

  app.post(
    "/labels",
    { schema: { tags, summary: "Create a label", body: NewLabel, response: { 200: Label, 201: Label } } },
    async (request, reply) => {
      const { label, isNew } = await createLabel(context, request.actor, request.body, request.resourceId);
      return sendEntity(request, reply.code(isNew ? 201 : 200).header("location", `/api/v1/labels/${label.id}`), label);
    },
  );

  app.get(
    "/labels/:id",
    { schema: { tags, summary: "Get a label", params: IdParams, response: { 200: Label } } },
    async (request, reply) => {
      const label = await findLabel(context.pool, request.actor.accountId, request.params.id);
      if (!label) throw notFound();
      return sendEntity(request, reply, label);
    },
  );

  app.patch(
    "/labels/:id",
    { schema: { tags, summary: "Change a label", params: IdParams, body: LabelPatch, response: { 200: Label } } },
    async (request, reply) =>
      sendEntity(request, reply, await editLabel(context, request, request.params.id, request.body)),
  );

  app.delete(
    "/labels/:id",
    {
      schema: {
        tags,
        summary: "Delete a label",
        description: "It is taken off every task that bears it.",
        params: IdParams,
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      await deleteLabel(context, request, request.params.id);
      return reply.code(204).send();
    },
  );
}
