import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Context } from "../context.ts";
import type { Credential } from "./actor.ts";

export const tokenPrefix = "tend_";
export const hashOf = (secret: string): Buffer => hash("sha256", secret, "buffer");

export type CookieKey = { name: string /** The first one signs. */; secrets: readonly [string, ...string[]] };

/** better-auth's cookie, `Secure` (and so prefixed) only behind https. */
export const cookieKey = ({ config, authSecret, otherSecrets }: Keys): CookieKey => ({
  name: `${config.publicUrl.startsWith("https://") ? "__Secure-" : ""}tend.session_token`,
  secrets: [authSecret, ...otherSecrets],
});
type Keys = Pick<Context, "config" | "authSecret" | "otherSecrets">;

/** What the request proves itself with; null when there is nothing, or nothing well formed. A header wins over a cookie. */
export function findCredential(headers: IncomingHttpHeaders, key: CookieKey): Credential | null {
  if (headers.authorization !== undefined) {
    const [scheme, token, ...rest] = headers.authorization.split(" ");
    if (scheme?.toLowerCase() !== "bearer" || !token?.startsWith(tokenPrefix) || rest.length > 0) return null;
    return { kind: "token", hash: hashOf(token) };
  }
  const token = readSessionCookie(headers.cookie, key);
  return token === null ? null : { kind: "session", hash: hashOf(token) };
}

/** The session's token, if the cookie bears a signature of ours: `token.base64(HMAC-SHA256)`, URL-encoded. */
function readSessionCookie(cookies: string | undefined, { name, secrets }: CookieKey): string | null {
  const value = cookieValue(cookies, name);
  const dot = value?.lastIndexOf(".") ?? -1;
  if (!value || dot < 1) return null;
  const token = value.slice(0, dot);
  const given = Buffer.from(value.slice(dot + 1), "base64");
  const isBy = (secret: string) => {
    const expected = signature(token, secret);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return secrets.some(isBy) ? token : null;
}

const signature = (token: string, secret: string) => createHmac("sha256", secret).update(token).digest();

/** The same cookies with the session's signed by our first secret, which is the only one that better-auth knows. */
export function signAnew(cookies: string, key: CookieKey): string {
  const token = readSessionCookie(cookies, key);
  if (token === null) return cookies;
  const value = encodeURIComponent(`${token}.${signature(token, key.secrets[0]).toString("base64")}`);
  const others = cookies.split(";").filter((pair) => splitOnce(pair.trim())[0] !== key.name);
  return [`${key.name}=${value}`, ...others.map((pair) => pair.trim())].join("; ");
}

function cookieValue(cookies: string | undefined, name: string): string | null {
  for (const pair of cookies?.split(";") ?? []) {
    const [key, value] = splitOnce(pair.trim());
    if (key !== name) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return null;
}

function splitOnce(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}
