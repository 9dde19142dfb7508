import { Preview, PreviewRequest } from "@tend/contracts";
import { describeRule, preview } from "@tend/recurrence";
import type { App } from "@tend/service-kit";
import { checkRecurrence } from "../tasks/check-recurrence.ts";

export async function recurrencesRoutes(app: App) {
  const schema = {
    tags: ["recurrence"],
    summary: "What a rule means",
    body: PreviewRequest,
    response: { 200: Preview },
  };
  app.post("/recurrences/preview", { config: { scope: "read" }, schema }, (request) => {
    const { due, count, completedAt } = request.body;
    const recurrence = checkRecurrence(request.body.recurrence);
    const { timeZone } = request.actor;
    return { text: describeRule(recurrence, due), occurrences: preview(recurrence, due, count, timeZone, completedAt) };
  });
}
