import type { Intent } from "../diagnosis/intent.ts";
import type { Commit } from "../evidence/commit.ts";
import type { FieldChange } from "../manifest/difference.ts";
import { editDocument } from "../manifest/edit/document.ts";
import { revertEach, revertNaming } from "../manifest/edit/revert.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { type ObjectRef, refText } from "../signal/object.ts";
import { editAtOrigins } from "./at-origin.ts";
import { type Attempt, Draft } from "./draft.ts";
import type { Meant } from "./judge.ts";
import { patchesInOverlays } from "./overlay.ts";
import { overridesInRelease } from "./overrides-in-release.ts";
import { prunedBy } from "./pruned.ts";
import { restoreObject } from "./restore-object.ts";
import { type Undone, undoCommit, undoFields } from "./undo.ts";
import { undoWhole } from "./whole-commit.ts";

/** One way to do what an intent asks for: the files it would change, and what that is meant to do once rendered. */
export type Way = {
  readonly attempt: () => Attempt;
  readonly meant: (after: Manifests) => Meant;
  /** Only for fields that no file sets, or bytes that set more than is meant: it says them once more, closer. */
  readonly isForShared?: true;
};

/** The ways to do what an intent asks for, the one that keeps most of what people wrote first. */
export function waysOf(manifests: Manifests, intent: Intent, commit: Commit | null): readonly Way[] {
  switch (intent.kind) {
    case "restore-fields":
      return commit === null ? [] : waysToRestoreFields(manifests, changesOf(intent), undoCommit(manifests, commit));
    case "restore-object":
      return commit === null ? [] : waysToRestoreObject(manifests, intent.object, undoCommit(manifests, commit));
    case "restore-files":
      return commit === null
        ? []
        : [
            ...waysToRestoreNamed(manifests, intent, commit),
            ...waysToMendBuild(manifests, intent.files, commit),
            wayToRestoreFiles(manifests, intent.files, undoCommit(manifests, commit)),
          ];
    case "repair-entries":
      return [wayToRepair(manifests, intent.entries)];
    default:
      return waysToSet(manifests, changesOf(intent));
  }
}

/** The fields an intent changes; none where it speaks of files. */
export function changesOf(intent: Intent): readonly FieldChange[] {
  if (!("fields" in intent)) return [];
  return intent.fields.map(({ path, from, to }) => ({ object: intent.object, path, from, to }));
}

function waysToRestoreFields(manifests: Manifests, changes: readonly FieldChange[], undone: Undone): readonly Way[] {
  const meant = (): Meant => ({ changes, undone: undone.manifests });
  const builds = isBuilt(manifests, undone, changes);
  return [
    { attempt: () => undoFields(manifests, undone, changes, "winning"), meant },
    { attempt: () => undoFields(manifests, undone, changes, "all"), meant },
    ...(builds ? [{ attempt: () => undoWhole(manifests, undone, changes), meant }] : []),
    { attempt: () => editAtOrigins(manifests, changes), meant },
    ...filesOfRelease(manifests, undone, changes).map((attempt) => ({ attempt, meant })),
    ...(builds ? [] : [{ attempt: () => ({ ok: true, files: undone.files }) as const, meant }]),
  ];
}

// What a template computes shows no lines that set it: then what the commit did to one file of the chart is taken back.
function filesOfRelease(
  manifests: Manifests,
  undone: Undone,
  changes: readonly FieldChange[],
): readonly (() => Attempt)[] {
  const [home] = changes.flatMap(({ object }) => manifests.findObject(object)[0]?.kustomization ?? []);
  if (home?.ref?.kind !== "HelmRelease") return [];
  const read = new Set([...manifests.render(home.id).files, ...undone.manifests.render(home.id).files]);
  const files = [...undone.files].filter(([file]) => read.has(file));
  return files.map((each) => () => ({ ok: true, files: new Map([each]) }));
}

// What does not build shows no lines that set its fields: then only the whole commit can be taken back.
function isBuilt(manifests: Manifests, undone: Undone, changes: readonly FieldChange[]): boolean {
  const homes = changes.flatMap(({ object }) => undone.manifests.findObject(object)[0]?.kustomization.id ?? []);
  return homes.every((id) => manifests.render(id).ok);
}

function waysToRestoreObject(manifests: Manifests, object: ObjectRef, undone: Undone): readonly Way[] {
  const was = undone.manifests.findObject(object)[0]?.rendered.object;
  if (was === undefined) return [];
  const changes = [{ object, path: [], from: undefined, to: was }];
  const meant = (): Meant => ({ changes, undone: undone.manifests });
  return restoreObject(manifests, undone, changes).map((attempt) => ({ attempt, meant }));
}

// Where it is known which word is wrong, what else the commit did to the files is innocent.
function waysToRestoreNamed(
  manifests: Manifests,
  { files, naming }: Extract<Intent, { readonly kind: "restore-files" }>,
  commit: Commit,
): readonly Way[] {
  if (naming === undefined) return [];
  const restored = commit.files.flatMap(({ path, before, after }) => {
    const current = manifests.tree.read(path);
    if (!files.includes(path) || before === null || after === null || current === undefined) return [];
    const edited = revertNaming(path, { before, after, current }, naming);
    return edited.ok ? [[path, edited.bytes] as const] : [];
  });
  const attempt = (): Attempt => ({ ok: true, files: new Map(restored) });
  return restored.length === 0 ? [] : [{ attempt, meant: (after) => ({ changes: [], undone: after }) }];
}

// Beyond this many places of a commit, each would be rendered for nothing.
const MOST_PLACES = 10;

// Where one of the places that a commit changed keeps all from building that it broke, the others are innocent.
function waysToMendBuild(manifests: Manifests, files: readonly string[], commit: Commit): readonly Way[] {
  const undone = undoCommit(manifests, commit).manifests;
  const mended = manifests.kustomizations
    .map(({ id }) => id)
    .filter((id) => !manifests.render(id).ok && undone.render(id).ok);
  const places = commit.files.filter(({ path }) => files.includes(path)).flatMap((file) => placesOf(manifests, file));
  if (mended.length === 0 || places.length > MOST_PLACES) return [];
  const message = "expected one place of the commit that keeps it from building, found more";
  return places.map(([file, bytes]) => ({
    attempt: (): Attempt => {
      const only = new Map([[file, bytes]]);
      const after = manifests.withFiles(only);
      return mended.every((id) => after.render(id).ok)
        ? unlessPruned(manifests, undone, only)
        : { ok: false, refusal: { code: "UNSUPPORTED", message } };
    },
    meant: (after) => ({ changes: [], undone: after }),
  }));
}

function placesOf(
  manifests: Manifests,
  { path, before, after }: Commit["files"][number],
): (readonly [string, Uint8Array])[] {
  const current = manifests.tree.read(path);
  if (before === null || after === null || current === undefined) return [];
  return revertEach(path, { before, after, current }).flatMap((each) => (each.ok ? [[path, each.bytes] as const] : []));
}

// Whatever the files show once they are as they were is meant: nothing finer can be said of what does not build.
function wayToRestoreFiles(manifests: Manifests, files: readonly string[], undone: Undone): Way {
  const wanted = files.flatMap((file) => {
    const bytes = undone.files.get(file);
    return bytes === undefined ? [] : [[file, bytes] as const];
  });
  const message = "expected files that the commit changed and nobody since, found others: take them back by hand";
  const attempt = (): Attempt =>
    wanted.length === files.length
      ? unlessPruned(manifests, undone.manifests, new Map(wanted))
      : { ok: false, refusal: { code: "CONFLICT", message } };
  return { attempt, meant: (after) => ({ changes: [], undone: after }) };
}

// A commit that moved things is taken back as a whole or not at all.
function unlessPruned(manifests: Manifests, before: Manifests, files: ReadonlyMap<string, Uint8Array | null>): Attempt {
  const [pruned, ...others] = prunedBy(manifests, before, manifests.withFiles(files));
  if (pruned === undefined) return { ok: true, files };
  const rest = others.length === 0 ? "" : ` and ${others.length} more`;
  const message = `expected that all that ran stays, found that Flux would prune ${refText(pruned)}${rest}: take the commit back by hand`;
  return { ok: false, refusal: { code: "UNSUPPORTED", message } };
}

type Entry = Extract<Intent, { readonly kind: "repair-entries" }>["entries"][number];

function wayToRepair(manifests: Manifests, entries: readonly Entry[]): Way {
  const attempt = (): Attempt => {
    const draft = new Draft(manifests.tree);
    // From the last entry on, so that one that goes does not move those before it.
    for (const { file, document, path, from, to } of entries.toReversed()) {
      const operation =
        to === undefined ? ({ do: "remove", path, from } as const) : ({ do: "set", path, from, to } as const);
      const refusal = draft.edit(file, (bytes) => editDocument(bytes, file, document, [operation]));
      if (refusal !== undefined) return { ok: false, refusal };
    }
    return { ok: true, files: draft.files };
  };
  return { attempt, meant: () => ({ changes: [], undone: null }) };
}

function waysToSet(manifests: Manifests, changes: readonly FieldChange[]): readonly Way[] {
  const meant = (): Meant => ({ changes, undone: null });
  const closer = [...overridesInRelease(manifests, changes), ...patchesInOverlays(manifests, changes)];
  return [
    { attempt: () => editAtOrigins(manifests, changes), meant },
    ...closer.map((attempt) => ({ attempt, meant, isForShared: true as const })),
  ];
}
