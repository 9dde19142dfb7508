import type { IncomingHttpHeaders } from "node:http";

/** Whether a browser says that the page which sends this is ours. */
export function comesFromOurPage(headers: IncomingHttpHeaders, trustedOrigins: string[]): boolean {
  if (headers.origin !== undefined) return trustedOrigins.includes(headers.origin);
  return headers["sec-fetch-site"] === "same-origin";
}

/** Whether a browser says that another site's page sends this: also refused where no cookie is needed, as on sign-in. */
export function comesFromAnotherSite(headers: IncomingHttpHeaders, trustedOrigins: string[]): boolean {
  if (headers.origin !== undefined) return !trustedOrigins.includes(headers.origin);
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}
