import type { Edit } from "../patch/patch.ts";

/** The edits that take these edits back, for the files as they are after them. */
export function inverseEdits(edits: readonly Edit[]): readonly Edit[] {
  return [...Map.groupBy(edits, ({ file }) => file).values()].flatMap((own) => {
    let shift = 0;
    return own
      .toSorted((a, b) => a.start - b.start)
      .map((edit) => {
        const start = edit.start + shift;
        const length = Buffer.byteLength(edit.after);
        shift += length - (edit.end - edit.start);
        return { ...edit, start, end: start + length, before: edit.after, after: edit.before };
      });
  });
}
