import { Id, type Page } from "@tend/contracts";
import { problem } from "@tend/service-kit";

const encode = (id: string) => Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");

/** The id after which the next page begins; a cursor that we did not make is a 400. */
export function decodeIdCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const hex = Buffer.from(cursor, "base64url").toString("hex");
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  if (!Id.safeParse(id).success || encode(id) !== cursor) throw invalidCursor();
  return id;
}

export const invalidCursor = () =>
  problem(400, "invalid", "cursor is not one that this list gave out", {
    errors: [{ path: "cursor", message: "is not one that this list gave out" }],
  });

/** `rows` has one row more than `limit` when there is a next page. */
export function pageOfRows<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encode(last.id) : null };
}
