import type { Checks } from "@tend/service-kit";
import type { Context } from "../../context.ts";

const services = ["recurring-task-service", "notification-service", "audit-service"];

/** What `/health` names besides ourselves: each service, and the UI. */
export function otherServices({ dapr, config }: Context): Checks {
  const invoke = async (appId: string, path: string) => {
    const { status } = await dapr.invoke(appId, "GET", path, { timeoutMs: 2_000 });
    if (status >= 300) throw new Error(`${appId} answered ${status}`);
  };
  const fetchUi = async (url: string) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the UI answered ${response.status}`);
  };
  const { uiHealthUrl } = config;
  return {
    ...Object.fromEntries(services.map((appId) => [appId, () => invoke(appId, "/health/ready")])),
    "todo-frontend": () => (uiHealthUrl ? fetchUi(uiHealthUrl) : invoke("todo-frontend", "/healthz")),
  };
}
