import type { Tx } from "@tend/service-kit";
import { transaction } from "@tend/service-kit";
import pg from "pg";
import type { Database } from "./modules/tasks/tasks.repository.ts";

/** In the caller's transaction if there is one, else in one of its own. */
export const inTransaction = <T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> =>
  db instanceof pg.Pool ? transaction(db, (tx: Tx) => work(tx)) : work(db);
