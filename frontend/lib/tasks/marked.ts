import type { Understood } from "./add-task";

export type Part = { text: string; start: number; isUnderstood: boolean };

/** Cuts the line at what was understood. While the answer to the newest key is on its way, marks in the unchanged beginning stay. */
export function marked(text: string, understood: Understood | null): Part[] {
  const same = understood ? sharedLength(text, understood.text) : 0;
  const spans = (understood?.answer.spans ?? []).filter((span) => span.end <= same).sort((a, b) => a.start - b.start);
  const parts: Part[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    if (start < at) continue;
    if (start > at) parts.push({ text: text.slice(at, start), start: at, isUnderstood: false });
    parts.push({ text: text.slice(start, end), start, isUnderstood: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), start: at, isUnderstood: false });
  return parts;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
