import type { ChangedFile, Commit } from "../evidence/commit.ts";
import type { FieldChange } from "../manifest/difference.ts";
import { revertHunks, type Touched } from "../manifest/edit/revert.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Origin } from "../manifest/origin.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import type { FileTree } from "../manifest/tree.ts";
import type { ObjectRef } from "../signal/object.ts";
import { type Attempt, Draft } from "./draft.ts";
import { isOf, pairsOf } from "./pairs.ts";

/** What a commit changed, taken back as far as later commits allow. */
export type Undone = {
  readonly files: ReadonlyMap<string, Uint8Array | null>;
  /** The repository with these files. */
  readonly manifests: Manifests;
};

const known = new WeakMap<Manifests, WeakMap<Commit, Undone>>();

/** Takes back all of a commit that can still be taken back; several incidents may come of the same one. */
export function undoCommit(manifests: Manifests, commit: Commit): Undone {
  const undone = known.get(manifests) ?? new WeakMap<Commit, Undone>();
  known.set(manifests, undone);
  const before = undone.get(commit) ?? takeBackAll(manifests, commit);
  undone.set(commit, before);
  return before;
}

function takeBackAll(manifests: Manifests, commit: Commit): Undone {
  const files = new Map(commit.files.flatMap((file) => undoneFile(manifests.tree, file)));
  return { files, manifests: manifests.withFiles(files) };
}

function undoneFile(
  tree: FileTree,
  { path, before, after }: ChangedFile,
): readonly (readonly [string, Uint8Array | null])[] {
  const current = tree.read(path);
  if (after === null || before === null) {
    // A file that the commit made or removed, and that nobody has touched since.
    return isSame(current, after) ? [[path, before]] : [];
  }
  if (current === undefined) return [];
  const edited = revertHunks(path, { before, after, current });
  return edited.ok && edited.edits.length > 0 ? [[path, edited.bytes]] : [];
}

function isSame(current: Uint8Array | undefined, other: Uint8Array | null): boolean {
  if (current === undefined || other === null) return current === undefined && other === null;
  return Buffer.from(current).equals(other);
}

/** Which bytes count as setting a field: those that win, or those beneath them as well. */
export type Reach = "winning" | "all";

/** Takes back only those lines of a commit that set these fields, or that set them before. */
export function undoFields(
  manifests: Manifests,
  undone: Undone,
  changes: readonly FieldChange[],
  reach: Reach,
): Attempt {
  const within = (world: Manifests): readonly Origin[] =>
    changes.flatMap((change) => originsOf(objectIn(world, manifests, change.object), change.path, reach));
  const current = within(manifests);
  const before = within(undone.manifests);
  const draft = new Draft(manifests.tree);
  for (const [file, bytes] of undone.files) {
    const touched = { before: rangesIn(before, file), current: rangesIn(current, file) };
    if (touched.before.length + touched.current.length === 0) continue;
    const refusal = takeBack(draft, file, bytes, touched);
    if (refusal !== undefined) return { ok: false, refusal };
  }
  if (draft.files.size > 0) return { ok: true, files: draft.files };
  const message =
    "expected the commit to have changed the lines that set these fields, found none that can be taken back";
  return { ok: false, refusal: { code: "STALE", message } };
}

function takeBack(draft: Draft, file: string, before: Uint8Array | null, touched: Touched) {
  const current = draft.read(file);
  if (before === null || current === undefined) {
    draft.write(file, before);
    return undefined;
  }
  const refusal = draft.edit(file, (bytes) => revertHunks(file, { before, after: bytes, current: bytes }, touched));
  // The field may be read from this file without the commit having touched its lines there.
  return refusal?.code === "STALE" ? undefined : refusal;
}

function rangesIn(origins: readonly Origin[], file: string): Touched["current"] {
  return origins.filter((origin) => origin.file === file);
}

function originsOf(rendered: RenderedObject | undefined, path: FieldPath, reach: Reach): readonly Origin[] {
  const origin = path.length === 0 ? rendered?.origin : rendered?.originOf(path);
  return origin === undefined ? [] : withBehind(origin, reach);
}

function withBehind(origin: Origin, reach: Reach): readonly Origin[] {
  const variables = (origin.variables ?? []).flatMap((each) =>
    each.origin === null ? [] : withBehind(each.origin, reach),
  );
  const behind = origin.behind === undefined || reach === "winning" ? [] : withBehind(origin.behind, reach);
  return [origin, ...variables, ...behind];
}

// A generated object had another name while its content was another.
function objectIn(manifests: Manifests, now: Manifests, object: ObjectRef): RenderedObject | undefined {
  const [found] = manifests.findObject(object);
  if (found !== undefined) return found.rendered;
  const [present] = now.findObject(object);
  if (present === undefined) return undefined;
  const { id } = present.kustomization;
  return pairsOf(now.render(id), manifests.render(id)).find((pair) => isOf(object, pair))?.after;
}
