import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { AppContext } from "../app-context.ts";
import { DaprError, messageOf } from "../errors.ts";
import { EtagMismatch, type Operation, type StateStore, type StoredValue } from "./state-store.ts";

const Metadata = z.record(z.string(), z.coerce.string()).nullish();
const SetRequest = z.object({
  key: z.string(),
  value: z.unknown(),
  etag: z.string().nullish(),
  metadata: Metadata,
  options: z.object({ concurrency: z.string().optional(), consistency: z.string().optional() }).nullish(),
});
const DeleteRequest = z.object({ key: z.string(), etag: z.string().nullish() });
const BulkGet = z.object({
  keys: z.array(z.string()).nullish(),
  parallelism: z.number().optional(),
  metadata: Metadata,
});
const Transaction = z.object({
  operations: z
    .array(
      z.discriminatedUnion("operation", [
        z.object({ operation: z.literal("upsert"), request: SetRequest }),
        z.object({ operation: z.literal("delete"), request: DeleteRequest }),
      ]),
    )
    .nullish(),
  metadata: Metadata,
});

type StoreRequest = FastifyRequest<{ Params: { store: string; key: string }; Body: Buffer | undefined }>;

export function stateRoutes(app: FastifyInstance, context: AppContext): void {
  const path = "/v1.0/state/:store";
  const method = ["POST", "PUT"];
  app.get(`${path}/:key`, (request: StoreRequest, reply) => getOne(context, request, reply));
  app.delete(`${path}/:key`, (request: StoreRequest, reply) => deleteOne(context, request, reply));
  app.route({ method, url: path, handler: (request: StoreRequest, reply) => save(context, request, reply) });
  app.route({ method, url: `${path}/bulk`, handler: (request: StoreRequest) => bulkGet(context, request) });
  app.route({
    method,
    url: `${path}/transaction`,
    handler: (request: StoreRequest, reply) => transact(context, request, reply),
  });
}

async function getOne(context: AppContext, request: StoreRequest, reply: FastifyReply) {
  const { store, name } = findStore(context, request);
  const key = prefixed(context.appId, request.params.key);
  const failure = `fail to get ${request.params.key} from state store ${name}`;
  const found = await guarded("ERR_STATE_GET", failure, () => store.get([key]));
  const value = found.get(key);
  return value ? answer(reply, value) : reply.code(204).send();
}

async function deleteOne(context: AppContext, request: StoreRequest, reply: FastifyReply) {
  const { store } = findStore(context, request);
  const key = prefixed(context.appId, request.params.key);
  const etag = request.headers["if-match"];
  const failure = `failed deleting state with key ${request.params.key}`;
  await guarded("ERR_STATE_DELETE", failure, () => store.delete({ key, etag }));
  return reply.code(204).send();
}

async function save(context: AppContext, request: StoreRequest, reply: FastifyReply) {
  const { store, name } = findStore(context, request);
  const items = parse(z.array(SetRequest), request);
  if (items.some(({ key }) => key === "")) throw malformed('"key" is a required field');
  const extra = queryMetadata(request);
  const requests = items.map((item) => ({
    ...item,
    key: prefixed(context.appId, item.key),
    metadata: { ...item.metadata, ...extra },
  }));
  const failure = `failed saving state in state store ${name}`;
  if (requests.length > 0) await guarded("ERR_STATE_SAVE", failure, () => store.set(requests));
  return reply.code(204).send();
}

async function transact(context: AppContext, request: StoreRequest, reply: FastifyReply) {
  const { store } = findStore(context, request);
  const operations = toOperations(context.appId, parse(Transaction, request), queryMetadata(request));
  const failure = "error while executing state transaction";
  // Whatever fails in a transaction, a stale ETag too, is a 500 of daprd's.
  if (operations.length > 0) await guarded("ERR_STATE_TRANSACTION", failure, () => store.transact(operations), 500);
  return reply.code(204).send();
}

function findStore({ stateStores }: AppContext, { params }: StoreRequest): { store: StateStore; name: string } {
  const store = stateStores.get(params.store);
  if (store) return { store, name: params.store };
  if (stateStores.size > 0)
    throw new DaprError(400, "ERR_STATE_STORE_NOT_FOUND", `state store ${params.store} is not found`);
  throw new DaprError(500, "ERR_STATE_STORE_NOT_CONFIGURED", `state store ${params.store} is not configured`);
}

function malformed(reason: string): DaprError {
  return new DaprError(400, "ERR_MALFORMED_REQUEST", reason);
}

function prefixed(appId: string, key: string): string {
  if (key.includes("||") || key.includes("\0")) {
    throw malformed(`input key/keyPrefix '${key}' can't contain '||'`);
  }
  return `${appId}||${key}`;
}

function parse<Schema extends z.ZodType>(schema: Schema, { body }: StoreRequest): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(body?.toString() ?? "");
  } catch (error) {
    throw malformed(`failed deserializing HTTP body: ${messageOf(error)}`);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw malformed(`failed deserializing HTTP body: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function queryMetadata({ query }: FastifyRequest): Record<string, string> {
  const entries = Object.entries(query as Record<string, string>);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (name.startsWith("metadata.") ? [[name.slice(9), value]] : [])),
  );
}

async function guarded<T>(code: string, failure: string, work: () => Promise<T>, mismatch = 409): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DaprError) throw error;
    throw new DaprError(error instanceof EtagMismatch ? mismatch : 500, code, `${failure}: ${messageOf(error)}`);
  }
}

function expiry({ expiresAt }: StoredValue): string | undefined {
  return expiresAt ? `${expiresAt.toISOString().slice(0, 19)}Z` : undefined;
}

function answer(reply: FastifyReply, stored: StoredValue) {
  const expires = expiry(stored);
  if (expires) reply.header("metadata.ttlExpireTime", expires);
  return reply.header("ETag", stored.etag).type("application/json").send(stored.value);
}

async function bulkGet(context: AppContext, request: StoreRequest) {
  const { store } = findStore(context, request);
  const names = parse(BulkGet, request).keys ?? [];
  const keys = names.map((name) => prefixed(context.appId, name));
  const found = await guarded("ERR_STATE_BULK_GET", "failed to get states", () => store.get(keys));
  return names.map((name, index) => {
    const stored = found.get(keys[index]!);
    if (!stored) return { key: name };
    const expires = expiry(stored);
    const metadata = expires ? { metadata: { ttlExpireTime: expires } } : {};
    return { key: name, data: JSON.parse(stored.value.toString()), etag: stored.etag, ...metadata };
  });
}

function toOperations(
  appId: string,
  transaction: z.infer<typeof Transaction>,
  extra: Record<string, string>,
): Operation[] {
  return (transaction.operations ?? []).map(({ operation, request }): Operation => {
    const key = prefixed(appId, request.key);
    if (operation === "delete") return { kind: "delete", request: { key, etag: request.etag } };
    const metadata = { ...request.metadata, ...transaction.metadata, ...extra };
    return { kind: "upsert", request: { ...request, key, metadata } };
  });
}
