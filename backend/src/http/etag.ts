import type { FastifyRequest } from "fastify";

/** `If-Match` as a question to a version: `"3"`, `W/"3"`, a list of them, or `*`; undefined when the header is not there. */
export function expectedVersion(request: FastifyRequest): ((version: number) => boolean) | undefined {
  const header = request.headers["if-match"];
  if (header === undefined) return undefined;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return (version) => tags.includes("*") || tags.includes(`"${version}"`);
}
