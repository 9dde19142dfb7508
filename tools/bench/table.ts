/** One line of the result: what was measured, beside what, and what it ought to be. */
export type Figure = {
  what: string;
  measured: string;
  baseline?: string;
  ratio?: string;
  budget?: string;
  /** Left out: there is no budget. */
  isWithin?: boolean;
};

const columns = ["what", "measured", "baseline", "ratio", "budget"] as const;

export function printTable(figures: Figure[]): void {
  const rows = [
    { what: "", measured: "measured", baseline: "baseline", ratio: "ratio", budget: "budget", verdict: "" },
    ...figures.map((figure) => ({
      ...{ baseline: "", ratio: "", budget: "", ...figure },
      verdict: figure.isWithin === undefined ? "" : figure.isWithin ? "ok" : "OVER",
    })),
  ];
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = columns.map((column, index) =>
      index === 0 ? row[column].padEnd(widths[index] ?? 0) : row[column].padStart(widths[index] ?? 0),
    );
    console.log([...cells, row.verdict].join("   ").trimEnd());
  }
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
export const rate = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
export const times = (value: number) => `${value.toFixed(2)} ×`;
export const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
