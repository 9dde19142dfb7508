import { Id, Instant, type Notification } from "@tend/contracts";
import { problem } from "@tend/service-kit";
import { z } from "zod";

const Parts = z.tuple([Instant, Id]);

export const formatCursor = ({ createdAt, id }: Pick<Notification, "createdAt" | "id">) =>
  Buffer.from(`${createdAt} ${id}`).toString("base64url");

export function readCursor(cursor: string) {
  const parts = Parts.safeParse(Buffer.from(cursor, "base64url").toString().split(" "));
  if (!parts.success) {
    throw problem(400, "invalid", "cursor is not one of ours", {
      errors: [{ path: "cursor", message: "is not one of ours" }],
    });
  }
  const [createdAt, id] = parts.data;
  return { createdAt, id };
}
