import type { QuickAddSpan } from "@tend/contracts";
import type { z } from "zod";

export type Span = z.infer<typeof QuickAddSpan>;

/** Stands for what is understood already, or never to be: neither a letter nor a digit nor a space. */
const covered = "¤";

/** Quotations, addresses of the web and of mail: kept as they are written. */
const untouchable = [
  /"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`/g,
  /(?<=^|\s)'[^']+'(?=$|[\s.,;:!?])/g,
  /\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+/gi,
  /[^\s@]+@[^\s@]+\.[^\s@]+/g,
];

/** A line of text, of which ever more is understood. All positions are UTF-16 indexes into `text`. */
export class Line {
  readonly text: string;
  readonly spans: Span[] = [];
  #open: string;

  constructor(text: string) {
    this.text = text;
    this.#open = text;
    for (const pattern of untouchable)
      for (const match of text.matchAll(pattern)) this.#cover(match.index, match.index + match[0].length);
  }

  /** The text with everything covered that is no longer to be read. */
  get open(): string {
    return this.#open;
  }

  #cover(start: number, end: number): void {
    this.#open = this.#open.slice(0, start) + covered.repeat(end - start) + this.#open.slice(end);
  }

  take(kind: Span["kind"], start: number, end: number): void {
    this.spans.push({ start, end, kind });
    this.spans.sort((a, b) => a.start - b.start);
    this.#cover(start, end);
  }

  /** What is left to be the title: all of the text if nothing would be. */
  title(): string {
    if (!this.spans.length) return this.text.trim();
    let rest = "";
    let position = 0;
    for (const { start, end } of this.spans) {
      rest = joined(rest, this.text.slice(position, start));
      position = end;
    }
    const title = joined(rest, this.text.slice(position))
      .replace(/^[\s,;–—-]+(?=\s|$)|[\s,;–—-]+$/g, "")
      .trim();
    return /[\p{L}\p{N}\p{S}]/u.test(title) ? title : this.text.trim();
  }
}

function joined(left: string, right: string): string {
  if (!left) return right.trimStart();
  const rest = right.trimStart();
  const separator = !rest || /^[,.;:!?]/.test(rest) ? "" : " ";
  return left.trimEnd() + separator + rest;
}
