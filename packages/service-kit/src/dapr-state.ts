import { type Call, DaprError } from "./dapr-call.ts";

export type StateOptions = {
  /** Write only if nobody else has written since this ETag was read. */
  etag?: string;
  ttlSeconds?: number;
};
export type StateStore = {
  get(key: string): Promise<{ value: unknown; etag: string | null } | null>;
  /** False: the ETag was stale and nothing was written. */
  save(key: string, value: unknown, options?: StateOptions): Promise<boolean>;
  delete(key: string, options?: { etag?: string }): Promise<boolean>;
};

const store = "/state/statestore";

/** Not through the SDK, which hides ETags. */
export function createStateStore(call: Call): StateStore {
  return {
    async get(key) {
      const { status, body, headers } = await call("GET", `${store}/${encodeURIComponent(key)}`);
      if (status === 204) return null;
      if (status !== 200) throw new DaprError(`state get: status ${status}`, status);
      return { value: body, etag: headers.get("etag") };
    },
    async save(key, value, { etag, ttlSeconds } = {}) {
      const item = {
        key,
        value,
        ...(etag === undefined ? {} : { etag, options: { concurrency: "first-write" } }),
        ...(ttlSeconds === undefined ? {} : { metadata: { ttlInSeconds: String(ttlSeconds) } }),
      };
      return written(await call("POST", store, { body: [item] }), "save");
    },
    async delete(key, { etag } = {}) {
      const headers: Record<string, string> = etag === undefined ? {} : { "if-match": etag };
      const query: Record<string, string> = etag === undefined ? {} : { concurrency: "first-write" };
      return written(await call("DELETE", `${store}/${encodeURIComponent(key)}`, { headers, query }), "delete");
    },
  };
}

function written({ status }: { status: number }, what: string): boolean {
  if (status === 409) return false;
  if (status >= 300) throw new DaprError(`state ${what}: status ${status}`, status);
  return true;
}
