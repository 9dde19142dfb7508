import { problem } from "@tend/service-kit";
import type { Context } from "../context.ts";

/** The first account is always allowed: without it nobody could administer the installation. */
export async function requireOpenSignUp({ config, pool }: Context): Promise<void> {
  if (config.signUp === "open") return;
  const { rowCount } = await pool.query("select from users limit 1");
  if (rowCount === 0) return;
  const detail =
    config.signUp === "invite"
      ? "Accounts here are made by invitation: ask the administrator for one."
      : "This installation takes no new accounts.";
  throw problem(403, "sign_up_closed", detail);
}
