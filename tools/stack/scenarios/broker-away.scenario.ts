import { expect, it } from "vitest";
import { inOneMoment } from "../../faults/database.ts";
import { logLines, stack, until } from "./support/stack.ts";
import { underLoad } from "./support/under-load.ts";

/** Each is a call to the sidecar whose own retries are over. */
const failedPublishes = () => logLines().filter(({ msg }) => msg.startsWith("the outbox waits")).length;

const outboxSize = async () => {
  const [row] = await inOneMoment(stack.databaseUrl(), ({ ask }) =>
    ask<{ count: number }>("select count(*)::int as count from todo.outbox"),
  );
  return row?.count ?? 0;
};

/** In seconds. */
const oldestAge = async () => {
  const [row] = await inOneMoment(stack.databaseUrl(), ({ ask }) =>
    ask<{ age: number }>(
      "select coalesce(extract(epoch from now() - min(at)), 0)::float8 as age from todo.outbox join todo.events using (seq)",
    ),
  );
  return row?.age ?? 0;
};

it("goes on without a broker: the API answers, open pages hear of changes, the outbox grows and then drains in order", () =>
  underLoad(async ({ load, holdDown, goOn }) => {
    await goOn(40);
    const letBack = holdDown("kafka");
    const [failures, waiting] = [failedPublishes(), await outboxSize()];
    await until("the relays have given up thirty calls", () => failedPublishes() >= failures + 30);
    await until("the oldest event has waited for two minutes", async () => (await oldestAge()) >= 120);
    const [acknowledged, failed, streamed] = [load.acknowledged(), load.failed(), load.streamed()];
    await goOn(100);
    await until("open pages are told of them", () => load.streamed() >= streamed + 100);
    expect(load.acknowledged()).toBeGreaterThanOrEqual(acknowledged + 100);
    expect(load.failed() - failed, "requests that Tend failed to answer").toBe(0);
    expect(await outboxSize()).toBeGreaterThanOrEqual(waiting + 100);
    await letBack();
    await goOn(40);
  }));
