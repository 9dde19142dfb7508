/** `npm run audit:verify`: checks every hash chain of the audit trail in DATA_DIR (or DATABASE_URL), whether Tend runs or not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { tell } from "./bootstrap/fault.mjs";
import { root } from "./bootstrap/folders.mjs";
import { withDatabases } from "./launcher/with-databases.ts";

try {
  process.exitCode = await withDatabases(["audit-service"], verify);
} catch (error) {
  tell(error);
  process.exitCode = 2;
}

async function verify(url: string): Promise<number> {
  const program = join(root, "audit-service/src/verify.ts");
  const child = spawn(process.execPath, [program], {
    stdio: "inherit",
    env: { ...process.env, AUDIT_DATABASE_URL: url },
  });
  const [code] = await once(child, "exit");
  return code ?? 2;
}
