import { randomBytes } from "node:crypto";

const valid = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

let pool = randomBytes(4096);
let used = 0;

function hex(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(4096);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}

/** A child span of the given W3C traceparent, or a new trace where there is none. */
export function childOf(parent: string | string[] | undefined): string {
  if (typeof parent === "string" && valid.test(parent)) return `${parent.slice(0, 36)}${hex(8)}${parent.slice(52)}`;
  return `00-${hex(16)}-${hex(8)}-01`;
}
