import type { FieldChange } from "../manifest/difference.ts";
import { type ByteRange, revertHunks } from "../manifest/edit/revert.ts";
import { isKustomizationFile } from "../manifest/kustomize/kustomization-file.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { type Attempt, Draft } from "./draft.ts";
import { type Undone, undoFields } from "./undo.ts";

/**
 * Ways to bring an object back that a commit removed: its document alone, then with the entries that name its file or
 * folder, then all of the commit.
 */
export function restoreObject(
  manifests: Manifests,
  undone: Undone,
  changes: readonly FieldChange[],
): readonly (() => Attempt)[] {
  const alone = (): Attempt => undoFields(manifests, undone, changes, "winning");
  const named = (): Attempt => {
    const first = alone();
    const names = namesOf(undone, changes);
    return withEntries(manifests, undone, first.ok ? first.files : new Map(), names);
  };
  return [alone, named, () => ({ ok: true, files: undone.files })];
}

function namesOf(undone: Undone, changes: readonly FieldChange[]): readonly string[] {
  return changes.flatMap(({ object }) => {
    const file = undone.manifests.findObject(object)[0]?.rendered.origin.file ?? "";
    return file
      .split("/")
      .slice(-2)
      .filter((part) => part !== "");
  });
}

function withEntries(
  manifests: Manifests,
  undone: Undone,
  files: ReadonlyMap<string, Uint8Array | null>,
  names: readonly string[],
): Attempt {
  const draft = new Draft(manifests.tree);
  for (const [file, bytes] of files) draft.write(file, bytes);
  for (const [file, before] of undone.files) {
    const isTaken = files.has(file) || before === null || !isKustomizationFile(file);
    const touched = before === null ? [] : linesNaming(before, names);
    if (isTaken || before === null || touched.length === 0) continue;
    const refusal = draft.edit(file, (current) =>
      revertHunks(file, { before, after: current, current }, { before: touched, current: [] }),
    );
    if (refusal !== undefined && refusal.code !== "STALE") return { ok: false, refusal };
  }
  return { ok: true, files: draft.files };
}

function linesNaming(bytes: Uint8Array, names: readonly string[]): readonly ByteRange[] {
  let start = 0;
  return Buffer.from(bytes)
    .toString()
    .split(/(?<=\n)/)
    .flatMap((line) => {
      const range = { start, end: start + Buffer.byteLength(line) };
      start = range.end;
      return names.some((name) => line.includes(name)) ? [range] : [];
    });
}
