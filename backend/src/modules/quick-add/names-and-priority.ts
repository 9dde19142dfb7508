import type { Priority } from "@tend/contracts";
import type { Line } from "./line.ts";

export type IsKnown = (kind: "project" | "label", name: string) => boolean;

const name = String.raw`(?=[\p{N}_/.-]*\p{L})[\p{L}\p{M}\p{N}_/-]+(?:\.[\p{L}\p{M}\p{N}_/-]+)*`;
const projectPattern = new RegExp(String.raw`(?<=^|\s)#(${name})`, "gu");
const labelPattern = new RegExp(String.raw`(?<=^|\s)@(${name})`, "gu");
const priorityPattern = /(?<=^|\s)!(urgent|high|medium|low|none)(?![\p{L}\p{N}])/giu;

/** The first #project; one that is not known stays where it is. */
export function takeProject(line: Line, isKnown: IsKnown): string | null {
  for (const match of line.open.matchAll(projectPattern)) {
    const found = match[1] as string;
    if (!isKnown("project", found)) return null;
    line.take("project", match.index, match.index + match[0].length);
    return found;
  }
  return null;
}

export function takeLabels(line: Line, isKnown: IsKnown): string[] {
  const names: string[] = [];
  for (const match of line.open.matchAll(labelPattern)) {
    const found = match[1] as string;
    if (!isKnown("label", found)) continue;
    line.take("label", match.index, match.index + match[0].length);
    if (!names.some((each) => each.toLowerCase() === found.toLowerCase())) names.push(found);
  }
  return names;
}

/** The last !priority. */
export function takePriority(line: Line): Priority | null {
  let priority: Priority | null = null;
  for (const match of line.open.matchAll(priorityPattern)) {
    priority = (match[1] as string).toLowerCase() as Priority;
    line.take("priority", match.index, match.index + match[0].length);
  }
  return priority;
}
