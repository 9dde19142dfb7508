import { expect, it } from "vitest";
import { replicasOf, stack, until } from "./support/stack.ts";

const counted =
  /^http_request_duration_seconds_count\{.*route="\/api\/jobs\/check-reminders",status="(\d+)"\} (\d+)$/gm;

/** How often a replica was asked, by the status of its answer, as it says itself. */
async function ticksOf(replica: string): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${stack.portOf(replica)}/metrics`);
  return new Map((await response.text()).matchAll(counted).map(([, status = "", count]) => [status, Number(count)]));
}

it("ticks every minute: the cron binding of each replica's sidecar asks for reminders that are due", async () => {
  const replicas = replicasOf("todo-backend");
  expect(replicas).toHaveLength(stack.replicas);
  await Promise.all(
    replicas.map(async (replica) => {
      const before = await ticksOf(replica);
      const asked = async (status: string) => ((await ticksOf(replica)).get(status) ?? 0) - (before.get(status) ?? 0);
      await until(`${replica} was asked`, async () => (await asked("200")) >= 1);
      const refused = [...(await ticksOf(replica)).keys()].filter((status) => status !== "200");
      for (const status of refused) expect(await asked(status), `${replica} answered ${status}`).toBe(0);
    }),
  );
});
