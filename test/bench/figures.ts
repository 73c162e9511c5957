/** One line of the table. */
export type Figure = {
  readonly what: string;
  readonly value: string;
  readonly goal?: string;
  readonly isMet?: boolean;
};

/** A part of the benchmarks. */
export type Bench = { readonly name: string; readonly run: () => Promise<readonly Figure[]> };

/** The value below which this share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds as people read them. */
export function time(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A figure that is to stay below a limit. */
export function below(what: string, value: number, limit: number, shown: (value: number) => string): Figure {
  return { what, value: shown(value), goal: `< ${shown(limit)}`, isMet: value < limit };
}

/** A figure that is to reach a limit. */
export function atLeast(what: string, value: number, limit: number): Figure {
  return { what, value: `${value.toFixed(1)} ×`, goal: `≥ ${limit} ×`, isMet: value >= limit };
}

/** Memory as people read it. */
export function megabytes(value: number): string {
  return `${Math.round(value)} MB`;
}

/** The figures as a Markdown table, which a terminal shows well too. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ["what", "measured", "goal"],
    ["---", "---", "---"],
    ...figures.map(({ what, value, goal = "", isMet }) => [what, value, isMet === false ? `${goal} (MISSED)` : goal]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `| ${row.map((text, column) => (text === "---" ? "-" : text).padEnd(widths[column] ?? 0, text === "---" ? "-" : " ")).join(" | ")} |`,
    )
    .join("\n");
}
