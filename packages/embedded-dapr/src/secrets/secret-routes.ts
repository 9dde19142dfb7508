import type { FastifyInstance } from "fastify";
import type { AppContext } from "../app-context.ts";
import { DaprError } from "../errors.ts";
import type { SecretStore } from "./secret-store.ts";

export function secretRoutes(app: FastifyInstance, { secretStores }: AppContext): void {
  const find = (name: string): SecretStore => {
    if (secretStores.size === 0) {
      throw new DaprError(500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured");
    }
    const store = secretStores.get(name);
    if (!store) throw new DaprError(401, "ERR_SECRET_STORE_NOT_FOUND", `failed finding secret store with key ${name}`);
    return store;
  };

  app.get<{ Params: { store: string } }>("/v1.0/secrets/:store/bulk", async ({ params }) => {
    const store = find(params.store);
    const names = store.names().filter((name) => store.isAllowed(name));
    return Object.fromEntries(names.map((name) => [name, store.get(name)]));
  });

  app.get<{ Params: { store: string; name: string } }>("/v1.0/secrets/:store/:name", async ({ params }) => {
    const { store: storeName, name } = params;
    const store = find(storeName);
    if (!store.isAllowed(name)) {
      throw new DaprError(403, "ERR_PERMISSION_DENIED", `access denied by policy to get "${name}" from "${storeName}"`);
    }
    const secret = store.get(name);
    if (secret) return secret;
    const reason = `failed getting secret with key ${name} from secret store ${storeName}: secret ${name} not found`;
    throw new DaprError(500, "ERR_SECRET_GET", reason);
  });
}
