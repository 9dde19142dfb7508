export type Row = string[];

/** As it stands in a page. */
export function table(head: Row, rows: Row[]): string {
  const lines = [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Two digits are all that such figures bear. */
export function round(value: number): string {
  if (value === 0) return "0";
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const rounded = Math.round(value / step) * step;
  return rounded.toLocaleString("en", { maximumFractionDigits: value < 1 ? 3 : value < 10 ? 1 : 0 });
}

/** Of milliseconds. */
export const duration = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${round(milliseconds)} ms` : `${round(milliseconds / 1_000)} s`;
