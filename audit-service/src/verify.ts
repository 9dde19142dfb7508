/** `AUDIT_DATABASE_URL=… node audit-service/src/verify.ts`: exit code 1 when a chain is broken, 2 when it could not be read. */
import { createLogger, createPool } from "@tend/service-kit";
import { verifyChains } from "./modules/trail/verify-chains.ts";

const connectionString = process.env.AUDIT_DATABASE_URL;
if (!connectionString) {
  console.error("AUDIT_DATABASE_URL is not set: it names the database, as the role audit-service");
  process.exitCode = 2;
} else {
  const pool = createPool({
    connectionString,
    applicationName: "audit verify",
    log: createLogger("audit-verify", "silent"),
    max: 1,
  });
  try {
    const { accounts, entries, broken } = await verifyChains(pool);
    for (const { accountId, sequence, reason } of broken)
      console.error(`account ${accountId}: broken at ${sequence}: ${reason}`);
    console.log(`${entries} entries of ${accounts} accounts checked, ${broken.length} chains broken`);
    if (broken.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(`the trail could not be read: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  } finally {
    await pool.end();
  }
}
