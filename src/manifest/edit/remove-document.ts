import type { Splice } from "./splice.ts";
import { nextLine } from "./text.ts";
import type { Written } from "./written.ts";

/** The way to take one of several documents out of a file, with the separator that led to it. */
export function wayToRemoveDocument({ start, end }: Written, text: string): Splice {
  const separators = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index);
  const before = separators.findLast((at) => at <= start);
  const after = separators.find((at) => at >= end);
  if (before !== undefined) return { start: before, end: after ?? text.length, text: "" };
  return { start: 0, end: after === undefined ? text.length : nextLine(text, after), text: "" };
}
