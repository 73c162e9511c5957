import { readFileSync, writeFileSync } from "node:fs";
import type { Marks } from "./grade.ts";

const MEASURES = ["root", "kind", "decision", "exact", "equivalent", "commit"] as const;

// The right bytes may be others than those of the answer: what they do counts.
const NEEDED = MEASURES.filter((measure) => measure !== "exact");

/** What each case reached, by its id: the measures that were right. */
export type Baseline = Readonly<Record<string, readonly string[]>>;

/** Reads what the cases reached before. */
export function readBaseline(file: string): Baseline {
  return JSON.parse(readFileSync(file, "utf8")) as Baseline;
}

/** Keeps what the cases reach now. */
export function writeBaseline(file: string, marks: readonly Marks[]): void {
  const lines = marks.map((each) => {
    const reached = MEASURES.filter((measure) => each[measure] === true).map((measure) => `"${measure}"`);
    return `  ${JSON.stringify(each.id)}: [${reached.join(", ")}]`;
  });
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

/** What was right before and is not any more, one sentence each; a case that nobody knew before has to be right in all. */
export function worseThan(baseline: Baseline, marks: readonly Marks[]): readonly string[] {
  return marks.flatMap((each) => {
    const known = baseline[each.id];
    if (known === undefined)
      return NEEDED.filter((measure) => each[measure] === false).map((measure) => `${each.id}: ${measure} is wrong`);
    const lost = known.filter((measure) => each[measure as (typeof MEASURES)[number]] !== true);
    return lost.map((measure) => `${each.id}: ${measure} was right before`);
  });
}
