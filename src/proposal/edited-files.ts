import type { FileTree } from "../manifest/tree.ts";
import type { Edit } from "../patch/patch.ts";

/** The touched files before and after some edits; null where there is none. */
export type EditedFiles =
  | {
      readonly ok: true;
      readonly before: ReadonlyMap<string, Uint8Array | null>;
      readonly after: ReadonlyMap<string, Uint8Array | null>;
    }
  | { readonly ok: false; readonly because: string };

/** Applies the edits of a report to the tree it was made from; refuses where the tree says something else by now. */
export function editedFiles(tree: FileTree, edits: readonly Edit[]): EditedFiles {
  const before = new Map<string, Uint8Array | null>();
  const after = new Map<string, Uint8Array | null>();
  for (const [file, own] of Map.groupBy(edits, (edit) => edit.file)) {
    const bytes = tree.read(file) ?? null;
    const edited = splice(bytes, own);
    if (edited === undefined) return { ok: false, because: `${file} is not what it was when the change was made` };
    before.set(file, bytes);
    after.set(file, edited);
  }
  return { ok: true, before, after };
}

function splice(bytes: Uint8Array | null, edits: readonly Edit[]): Uint8Array | null | undefined {
  const source = Buffer.from(bytes ?? []);
  const pieces: Uint8Array[] = [];
  let place = 0;
  for (const { start, end, before, after } of edits.toSorted((a, b) => a.start - b.start)) {
    if (source.subarray(start, end).toString() !== before) return undefined;
    pieces.push(source.subarray(place, start), Buffer.from(after));
    place = end;
  }
  const edited = Buffer.concat([...pieces, source.subarray(place)]);
  const [only] = edits;
  const isRemoved = edits.length === 1 && only?.after === "" && only.end === source.length && bytes !== null;
  return isRemoved && only?.start === 0 ? null : edited;
}
