import { problem } from "@tend/service-kit";
import { DatabaseError } from "pg";

/** Label names are unique for an account, whatever their case; the index decides. */
export function refuseTakenName(error: unknown): never {
  if (error instanceof DatabaseError && error.constraint === "labels_name") {
    throw problem(409, "name_taken", "There is a label with this name already.", {
      errors: [{ path: "name", message: "is the name of another label" }],
    });
  }
  throw error;
}
