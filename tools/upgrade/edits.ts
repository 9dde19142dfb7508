/** Text that is once in a file, and what the next version has instead. */
type Edit = { file: string; before: string; after: string };

export const nextVersion = "999.0.0";

const active = "account.active.v1";

/** What a later version might bring that this one does not know: more in what an event carries, another event, a column that is written. */
export const edits: Edit[] = [
  { file: "package.json", before: `  "version": "`, after: `  "version": "${nextVersion}",\n  "before": "` },
  {
    file: "packages/contracts/src/events/define-event.ts",
    before: "    data,\n  });",
    after: "    release: z.string().optional(),\n    data,\n  });",
  },
  {
    file: "packages/contracts/src/events/account-events.ts",
    before: "/** A project or label was made",
    after: `export const accountActive = defineEvent("${active}", "task-events", z.object({ accountId: Id, actor: Actor, at: Instant, changes: Changes }));\n\n/** A project or label was made`,
  },
  {
    file: "backend/src/modules/tasks/task-statements.ts",
    before: "'series', series_json(",
    after: `'release', '${nextVersion}', 'series', series_json(`,
  },
  {
    file: "backend/src/modules/tasks/task-statements.ts",
    before:
      "insert into events (type, account_id, task_id, project_id, series_id, version, actor, changes, scope, undoes, batch_id)\n  select ",
    after: `insert into events (next_note, type, account_id, task_id, project_id, series_id, version, actor, changes, scope, undoes, batch_id)\n  select '${nextVersion}', `,
  },
  {
    file: "backend/src/modules/tasks/tasks.routes.ts",
    before: "await close(pool, request.actor, request.params.id);\n",
    after: `await close(pool, request.actor, request.params.id);
      const by = { accountId: request.actor.accountId, actor: request.actor };
      await recordEvent(pool, { type: "${active}", topic: "task-events", ...by, data: {} });
      await recordAudit(pool, { ...by, action: "account.active", details: {} });\n`,
  },
  {
    file: "backend/src/modules/tasks/tasks.routes.ts",
    before: 'import { z } from "zod";\n',
    after: `import { z } from "zod";
import { recordAudit } from "../audit/record-audit.ts";
import { recordEvent } from "../events/record-event.ts";\n`,
  },
  {
    file: "audit-service/src/handlers/on-task-events.ts",
    before: "accountUpdated, projectChanged, labelChanged];",
    after: "accountUpdated, accountActive, projectChanged, labelChanged];",
  },
  {
    file: "audit-service/src/handlers/on-task-events.ts",
    before: "import { accountUpdated,",
    after: "import { accountActive, accountUpdated,",
  },
];
