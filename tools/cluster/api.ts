import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../bootstrap/fault.mjs";
import type { Shell } from "./shell.ts";

type Answer = { status: number; body: unknown };
export type Api = {
  /** `what` is said; in a dry run nothing is asked and the answer is empty. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Until it answers what is wanted, which another service has to do first. */
  until(path: string, wanted: (body: unknown) => boolean): Promise<void>;
  asAccount(): Promise<{ email: string; password: string }>;
};

const patienceMs = 60_000;

/** The public API, as a browser on that address would use it. */
export function createApi(shell: Shell, base: string): Api {
  const headers: Record<string, string> = { origin: base, "content-type": "application/json" };
  const request = async (method: string, path: string, body?: unknown): Promise<Answer & { cookie: string }> => {
    if (shell.isDry) return { status: 0, body: {}, cookie: "" };
    const response = await fetch(base + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    return { status: response.status, body: isJson ? JSON.parse(text) : text, cookie };
  };
  return {
    async ask(method, path, body) {
      const { status, body: answer } = await request(method, path, body);
      shell.say(`  ${method} ${path}${shell.isDry ? "" : ` → ${status}`}`);
      return { status, body: answer };
    },
    async until(path, wanted) {
      shell.say(`  GET ${path} until it is there`);
      if (shell.isDry) return;
      for (const end = Date.now() + patienceMs; ; await sleep(250)) {
        if (wanted((await request("GET", path)).body)) return;
        if (Date.now() > end) throw new Fault(`${path} did not show it within ${patienceMs / 1_000} s.`);
      }
    },
    async asAccount() {
      const name = `sample-${randomBytes(4).toString("hex")}`;
      const account = { name, email: `${name}@example.com`, password: randomBytes(12).toString("base64url") };
      shell.say("  POST /api/auth/sign-up/email");
      const { status, cookie } = await request("POST", "/api/auth/sign-up/email", {
        ...account,
        timeZone: "Europe/Berlin",
      });
      if (!shell.isDry && status !== 200)
        throw new Fault(
          `Nobody can sign up (${status}): SIGN_UP=open in the settings of the overlay, or the address is not PUBLIC_URL.`,
        );
      headers.cookie = cookie;
      return account;
    },
  };
}
