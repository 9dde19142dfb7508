import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** By which sidecars find each other. */
export const namesIn = (folder: string) => join(folder, "names.db");

type Place = { appId: string; port: string };

/** Whether other sidecars find the one that listens for them at this port. It enters itself as soon as it runs; a cluster knows only pods that are ready. */
export function setFound(folder: string, { appId, port }: Place, isFound: boolean): void {
  const names = new DatabaseSync(namesIn(folder));
  try {
    names.exec("pragma busy_timeout = 2000");
    const entered = names.prepare("update hosts set app_id = ? where address like ?");
    entered.run(isFound ? appId : `${appId} (not ready)`, `%:${port}`);
  } finally {
    names.close();
  }
}
