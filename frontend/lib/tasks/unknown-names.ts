import type { Label, Project } from "@tend/contracts";
import type { Understood } from "./add-task";

export type UnknownName = { kind: "project" | "label"; name: string };

const pattern =
  /(?<=^|\s)([#@])((?=[\p{N}_/.-]*\p{L})[\p{L}\p{M}\p{N}_/-]+(?:\.[\p{L}\p{M}\p{N}_/-]+)*)(?![\p{L}\p{M}\p{N}])/gu;

/** The first #project or @label of the line that the account does not have: it would stay in the title. */
export function unknownName(
  text: string,
  understood: Understood | null,
  known: (Project | Label)[],
): UnknownName | null {
  if (understood?.text !== text) return null;
  const { spans } = understood.answer;
  const hasProject = spans.some(({ kind }) => kind === "project");
  for (const match of text.matchAll(pattern)) {
    const kind = match[1] === "#" ? "project" : "label";
    const name = match[2] ?? "";
    const isTaken = spans.some(({ start, end }) => start <= match.index && match.index < end);
    if (isTaken || (kind === "project" && hasProject)) continue;
    if (!isBeginning(name, known)) return { kind, name };
  }
  return null;
}

/** Somebody may still be writing a name that is known. */
const isBeginning = (name: string, known: { name: string }[]) =>
  known.some((item) => item.name.toLowerCase().startsWith(name.toLowerCase()));
