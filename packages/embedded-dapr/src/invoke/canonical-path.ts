import { posix } from "node:path";
import { DaprError } from "../errors.ts";

/**
 * The path that is both judged by the access policy and sent to the app: decoded once, `.`, `..` and doubled slashes
 * resolved, like `NormalizeMethod` of daprd. Without a leading slash.
 */
export function canonicalPath(raw: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    throw invalid();
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
  if (/[#?\x00-\x1f\x7f]/.test(decoded)) throw invalid();
  return posix.normalize(`/${decoded}`).slice(1);
}

export function encodePath(path: string): string {
  return `/${path.split("/").map(encodeURIComponent).join("/")}`;
}

function invalid(): DaprError {
  return new DaprError(400, "ERR_DIRECT_INVOKE", "the method has forbidden characters");
}
