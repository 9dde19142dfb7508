import { QuickAdd, QuickAdded } from "@tend/contracts";
import { type App, trustedResponse } from "@tend/service-kit";
import { z } from "zod";
import { sendJson } from "../../http/send-json.ts";
import { createTask } from "../tasks/create-task.ts";
import { draftTask } from "./quick-add.ts";

export async function quickAddRoutes(app: App) {
  const querystring = z.strictObject({ dryRun: z.enum(["true", "false"]).optional() });
  const schema = {
    tags: ["tasks"],
    summary: "Create a task from a line of text",
    querystring,
    body: QuickAdd,
    response: { 200: trustedResponse(QuickAdded), 201: trustedResponse(QuickAdded) },
  };
  app.post("/quick-add", { schema }, async (request, reply) => {
    const { actor, body } = request;
    const { pool } = app.context;
    const { task: draft, spans } = await draftTask(pool, actor.accountId, body.text, body.timeZone ?? actor.timeZone);
    const rest = `"draft":${JSON.stringify(draft)},"spans":${JSON.stringify(spans)}`;
    if (request.query.dryRun === "true") return sendJson(reply, `{"task":null,${rest}}`);
    if (!request.credential) throw new Error("a route without a credential was reached");
    const wanted = { ...draft, projectId: draft.projectId ?? body.projectId, id: body.id };
    const made = await createTask(pool, wanted, {
      credentialHash: request.credential.hash,
      zone: actor,
      resourceId: request.resourceId,
      // The same line may mean another task a minute later.
      sent: body,
    });
    app.context.wakeRelay();
    return sendJson(
      reply.code(made.isNew ? 201 : 200).header("etag", `"${made.task.version}"`),
      `{"task":${made.task.json},${rest}}`,
    );
  });
}
