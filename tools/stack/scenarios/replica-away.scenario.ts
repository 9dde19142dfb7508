import { it } from "vitest";
import type { Extent } from "../../engine/kafka-log.ts";
import { notTaken, partitionsNow } from "./support/partitions.ts";
import { until } from "./support/stack.ts";
import { underLoad } from "./support/under-load.ts";

const services = ["todo-backend", "notification-service", "recurring-task-service", "audit-service"];

const hasNews = (before: Extent[], now: Extent[]) =>
  before.every(
    ({ topic, partition, end }) =>
      topic !== "task-events" || now.some((one) => one.topic === topic && one.partition === partition && one.end > end),
  );

it("shares the work anew when one replica of each service goes under load and comes back", () =>
  underLoad(async ({ holdDown, goOn }) => {
    await goOn(40);
    const letBack = holdDown(...services.flatMap((appId) => [`${appId}-2`, `daprd-${appId}-2`]));
    await goOn(20);
    const before = await partitionsNow();
    await until("each partition has news", async () => hasNews(before, await partitionsNow()));
    const away = await partitionsNow();
    // Also of the partitions that were the other replica's.
    await until("each consumer has taken all of it with one replica", async () => {
      const left = await notTaken(away);
      if (left.length > 0) throw new Error(`not yet taken by ${left.join(", ")}`);
      return true;
    });
    await letBack();
    await goOn(60);
  }));
