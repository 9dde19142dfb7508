import { APIError } from "@better-auth/core/error";
import { v7 as uuidv7 } from "uuid";
import { Prisma as Names } from "../generated/prisma/client.ts";
import { asClient, ownActor, recordAudit } from "../modules/audit/record-audit.ts";
import type { Prisma, PrismaTx } from "../prisma.ts";

/**
 * The Prisma models as better-auth uses them, with what must commit beside them: a new account gets its inbox, and sessions
 * that begin and end are audited, in the same transaction.
 */
export function accountStore(prisma: Prisma) {
  const inTransaction = <T>(work: (tx: PrismaTx) => Promise<T>) => prisma.$transaction(work);
  return {
    ...models(prisma, inTransaction),
    $transaction: <T>(work: (tx: ReturnType<typeof models>) => Promise<T>) =>
      inTransaction((tx) => work(models(tx, (inner) => inner(tx)))),
  };
}

type InTransaction = <T>(work: (tx: PrismaTx) => Promise<T>) => Promise<T>;

const models = (db: PrismaTx, inTransaction: InTransaction) => ({
  user: replacing(db.user, {
    create: (args: Names.UserCreateArgs) => inTransaction((tx) => createAccount(tx, args)),
  }),
  session: replacing(db.session, {
    create: (args: Names.SessionCreateArgs) => inTransaction((tx) => createSession(tx, args)),
    delete: (args: Names.SessionDeleteArgs) => inTransaction((tx) => endSession(tx, args)),
    deleteMany: (args: Names.SessionDeleteManyArgs) => inTransaction((tx) => endSessions(tx, args)),
  }),
  account: db.account,
  verification: db.verification,
  rateLimit: db.rateLimit,
});

/** The model with some of its methods replaced; Prisma's models are proxies, so a copy would not do. */
const replacing = <Model extends object>(model: Model, methods: Partial<Record<keyof Model, unknown>>): Model =>
  new Proxy(model, {
    get: (target, key) => (key in methods ? Reflect.get(methods, key) : Reflect.get(target, key)),
  });

async function createAccount(tx: PrismaTx, { data, select }: Names.UserCreateArgs) {
  const inboxProjectId = uuidv7();
  const user = await tx.user
    .create({ data: { ...data, inboxProjectId }, select: { ...select, id: true } })
    .catch(refuseTakenAddress);
  await tx.project.create({ data: { id: inboxProjectId, ownerId: user.id, name: "Inbox", isInbox: true } });
  // Of several first accounts made at once, one becomes the administrator.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('first account', 0))`;
  await tx.$executeRaw`update users set is_administrator = true
    where id = ${user.id}::uuid and not exists (select from users where is_administrator)`;
  await audit(tx, user.id, "account.created", {});
  return tx.user.findUniqueOrThrow({ where: { id: user.id }, select });
}

/** Two sign-ups at once with one address: the second gets the same answer as a later one. */
function refuseTakenAddress(error: unknown): never {
  if (error instanceof Names.PrismaClientKnownRequestError && error.code === "P2002") {
    throw new APIError("UNPROCESSABLE_ENTITY", { code: "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" });
  }
  throw error;
}

async function createSession(tx: PrismaTx, { data, select }: Names.SessionCreateArgs) {
  const session = await tx.session.create({ data });
  await audit(tx, session.userId, "session.created", describe(session));
  return select ? tx.session.findUniqueOrThrow({ where: { id: session.id }, select }) : session;
}

async function endSession(tx: PrismaTx, args: Names.SessionDeleteArgs) {
  const session = await tx.session.delete(args);
  await audit(tx, session.userId, "session.ended", describe(session));
  return session;
}

async function endSessions(tx: PrismaTx, { where }: Names.SessionDeleteManyArgs) {
  const sessions = await tx.session.findMany({ where });
  for (const session of sessions) await audit(tx, session.userId, "session.ended", describe(session));
  return tx.session.deleteMany({ where: { id: { in: sessions.map(({ id }) => id) } } });
}

type SessionRow = { id: string; ipAddress: string | null; userAgent: string | null };
const describe = ({ id, ipAddress, userAgent }: SessionRow) => ({
  session: id,
  ...(ipAddress ? { address: ipAddress } : {}),
  ...(userAgent ? { userAgent } : {}),
});

type Action = Parameters<typeof recordAudit>[1]["action"];
const audit = (tx: PrismaTx, accountId: string, action: Action, details: Record<string, string>) =>
  recordAudit(asClient(tx), { accountId, actor: ownActor(accountId), action, details });
