import { diffArrays } from "diff";

/** Lines `start` to `end` of one text became lines `startAfter` to `endAfter` of the other; 0-based, the end not included. */
export type Hunk = {
  readonly start: number;
  readonly end: number;
  readonly startAfter: number;
  readonly endAfter: number;
};

// Beyond this many changed lines two files are told apart as one hunk, so that no pair of files takes long.
const MOST_CHANGED_LINES = 3000;

/** The lines of a text, each with the line break that ends it. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Where two texts differ, line by line; between two hunks at least one line is the same. */
export function hunksBetween(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_CHANGED_LINES });
  if (parts === undefined) return [outerHunk(before, after)];
  const hunks: Hunk[] = [];
  let end = 0;
  let endAfter = 0;
  for (const { removed, added, value } of parts) {
    const start = end;
    const startAfter = endAfter;
    if (!added) end += value.length;
    if (!removed) endAfter += value.length;
    if (added || removed) join(hunks, { start, end, startAfter, endAfter });
  }
  return hunks;
}

// What goes and what comes in its place are told one after the other.
function join(hunks: Hunk[], next: Hunk): void {
  const last = hunks.at(-1);
  if (last === undefined || last.end < next.start || last.endAfter < next.startAfter) hunks.push(next);
  else hunks.splice(-1, 1, { ...next, start: last.start, startAfter: last.startAfter });
}

function outerHunk(before: readonly string[], after: readonly string[]): Hunk {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { start: head, end: before.length - tail, startAfter: head, endAfter: after.length - tail };
}
