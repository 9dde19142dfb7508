import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma as Names, PrismaClient } from "./generated/prisma/client.ts";

export type Prisma = PrismaClient;
export type PrismaTx = Names.TransactionClient;

export const accountConnections = 4;

/** Its few connections are its own: hashing a password inside a sign-up never holds one that tasks need. */
export function createPrisma(connectionString: string): Prisma {
  const adapter = new PrismaPg(
    {
      connectionString,
      max: accountConnections,
      application_name: "todo-backend accounts",
      connectionTimeoutMillis: 5_000,
    },
    { schema: "todo" },
  );
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } });
}
