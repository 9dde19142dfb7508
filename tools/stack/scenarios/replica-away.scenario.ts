import { it } from "vitest";
import { inOneMoment } from "../../faults/database.ts";
import { stack, until } from "./support/stack.ts";
import { underLoad } from "./support/under-load.ts";

const services = ["todo-backend", "notification-service", "recurring-task-service", "audit-service"];

const handled = async () => {
  const [row] = await inOneMoment(stack.databaseUrl(), ({ ask }) =>
    ask<{ count: number }>(
      "select least((select count(*) from audit.inbox), (select count(*) from recurring.inbox), (select count(*) from notification.inbox))::int as count",
    ),
  );
  return row?.count ?? 0;
};

it("shares the work anew when one replica of each service goes under load and comes back", () =>
  underLoad(async ({ holdDown, goOn }) => {
    await goOn(40);
    const letBack = holdDown(...services.flatMap((appId) => [`${appId}-2`, `daprd-${appId}-2`]));
    const before = await handled();
    await goOn(60);
    // Also of the partitions that were the other replica's.
    await until("each consumer goes on with one replica", async () => (await handled()) >= before + 60);
    await letBack();
    await goOn(60);
  }));
