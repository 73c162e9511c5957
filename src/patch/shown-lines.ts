import { hunksBetween, splitLines } from "../manifest/edit/hunks.ts";
import { CONTEXT } from "./unified-diff.ts";

/** The lines of a file, counted from 1, that a diff of it shows. */
export type ShownLines = { readonly before: ReadonlySet<number>; readonly after: ReadonlySet<number> };

/** What a unified diff of these bytes shows: the lines that change, and those around them. */
export function shownLines(before: Uint8Array | null, after: Uint8Array | null): ShownLines {
  const [old, fresh] = [before, after].map((bytes) => splitLines(new TextDecoder().decode(bytes ?? undefined)));
  const shown = { before: new Set<number>(), after: new Set<number>() };
  for (const { start, end, startAfter, endAfter } of hunksBetween(old ?? [], fresh ?? [])) {
    note(shown.before, start, end);
    note(shown.after, startAfter, endAfter);
  }
  return shown;
}

function note(lines: Set<number>, start: number, end: number): void {
  for (let line = start - CONTEXT; line < end + CONTEXT; line += 1) lines.add(line + 1);
}
