import type { Edit } from "./edit.ts";
import { type Hunk, hunksBetween, splitLines } from "./hunks.ts";

/** The splices that turn one text of a file into the other: one for each run of changed lines, as short as it can be. */
export function editsBetween(file: string, before: string, after: string): readonly Edit[] {
  const lines = splitLines(before);
  const linesAfter = splitLines(after);
  return hunksBetween(lines, linesAfter).map((hunk) => editOf(file, lines, linesAfter, hunk));
}

function editOf(file: string, lines: readonly string[], linesAfter: readonly string[], hunk: Hunk): Edit {
  const old = lines.slice(hunk.start, hunk.end).join("");
  const fresh = linesAfter.slice(hunk.startAfter, hunk.endAfter).join("");
  const head = commonHead(old, fresh);
  const tail = commonTail(old.slice(head), fresh.slice(head));
  const passed = old.slice(0, head);
  const column = passed.length - passed.lastIndexOf("\n");
  const before = old.slice(head, old.length - tail);
  const start = Buffer.byteLength(lines.slice(0, hunk.start).join("") + passed);
  return {
    file,
    start,
    end: start + Buffer.byteLength(before),
    line: hunk.start + passed.split("\n").length,
    column,
    before,
    after: fresh.slice(head, fresh.length - tail),
  };
}

// Never between the halves of a character that UTF-16 writes as two.
function commonHead(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return isHighHalf(a, length - 1) ? length - 1 : length;
}

function commonTail(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length > 0 && isHighHalf(a, a.length - length - 1) ? length - 1 : length;
}

function isHighHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}
