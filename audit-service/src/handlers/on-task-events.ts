import { accountUpdated, labelChanged, projectChanged, taskEvents } from "@tend/contracts";
import { batchHandler, type EventOf } from "@tend/service-kit";
import { appendEntries } from "../modules/trail/append-entries.ts";

const definitions = [...taskEvents, accountUpdated, projectChanged, labelChanged];
type Data = EventOf<(typeof definitions)[number]>["data"];

/** Everything that happened to an account's tasks, projects and labels. Whole tasks are not copied: `changes` says what changed. */
export const onTaskEvents = batchHandler(definitions, async (events, { tx }) => {
  await appendEntries(
    tx,
    events.map(({ id, type, data }) => {
      const { accountId, actor, at, changes } = data;
      return { id, type, accountId, actor, at, subject: subjectOf(data), details: { changes, ...aboutTask(data) } };
    }),
  );
});

function subjectOf(data: Data): string | null {
  if ("task" in data) return data.task.id;
  if ("projectId" in data) return data.projectId;
  return "labelId" in data ? data.labelId : null;
}

function aboutTask(data: Data) {
  if (!("task" in data)) return {};
  const { title, version, seriesId } = data.task;
  return { title, version, seriesId, ...("scope" in data ? { scope: data.scope } : {}) };
}
