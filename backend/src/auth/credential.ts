import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Credential } from "./actor.ts";

export const tokenPrefix = "tend_";
export const hashOf = (secret: string): Buffer => hash("sha256", secret, "buffer");

export type CookieKey = { name: string; secret: string };

/** better-auth's cookie, `Secure` (and so prefixed) only behind https. */
export const sessionCookieName = (publicUrl: string) =>
  `${publicUrl.startsWith("https://") ? "__Secure-" : ""}tend.session_token`;

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

/** The session's token, if the cookie bears our signature: `token.base64(HMAC-SHA256)`, URL-encoded. */
export function readSessionCookie(cookies: string | undefined, { name, secret }: CookieKey): string | null {
  const value = cookieValue(cookies, name);
  const dot = value?.lastIndexOf(".") ?? -1;
  if (!value || dot < 1) return null;
  const token = value.slice(0, dot);
  const expected = createHmac("sha256", secret).update(token).digest();
  const given = Buffer.from(value.slice(dot + 1), "base64");
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
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
