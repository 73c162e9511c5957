import type { Intent } from "../diagnosis/intent.ts";
import type { Commit } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import { editsBetween } from "../manifest/edit/edits-between.ts";
import { protectionOf } from "../manifest/edit/protection.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Refusal } from "../manifest/rendered.ts";
import { decodeUtf8 } from "../manifest/yaml/text.ts";
import { otherOwnerOf } from "./owners.ts";
import type { Patch } from "./patch.ts";
import { prove } from "./prove.ts";
import { operationsOf } from "./rfc6902.ts";
import { unifiedDiff } from "./unified-diff.ts";
import { changesOf, type Way, waysOf } from "./ways.ts";

/** What is asked for, and all that decides how it can be done. */
export type PatchRequest = {
  readonly manifests: Manifests;
  readonly intent: Intent;
  /** The commit that the intent names, null where it names none or it is not known. */
  readonly commit: Commit | null;
  /** The cluster, so that fields which something there owns are left alone. */
  readonly world: World | null;
};

/** A proven patch with the repository as it is after it, or why there is none. */
export type Made =
  | { readonly ok: true; readonly patch: Patch; readonly after: Manifests }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Makes the smallest change of files that does what an intent asks for and is proven by rendering to do nothing else.
 * Whether the rule that spoke falls silent is not asked here.
 */
export function makePatch({ manifests, intent, commit, world }: PatchRequest): Made {
  const changes = changesOf(intent);
  // No operation of RFC 6902 is applied to it by anybody who is careful.
  if (changes.some(({ path }) => path.includes("__proto__")))
    return refuse("FORBIDDEN_KEY", "expected a field that JSON Patch may name, found __proto__: change it by hand");
  const owner = world === null ? undefined : otherOwnerOf(world, changes);
  if (owner !== undefined) return refuse("OWNED", owner);
  let first: (Made & { readonly ok: false }) | undefined;
  for (const way of waysOf(manifests, intent, commit)) {
    // Bytes that set no more than is meant and still do not help are no reason to say it a second time elsewhere.
    if (way.isForShared && first?.refusal.code === "UNPROVEN") continue;
    const made = makeBy(way, manifests, changes);
    if (made.ok) return made;
    first ??= made;
  }
  return (
    first ??
    refuse(
      "UNKNOWN_COMMIT",
      "expected the commit that is to be undone, found that it is not known or removed nothing of this",
    )
  );
}

function makeBy({ attempt, meant }: Way, manifests: Manifests, changes: Patch["changes"]): Made {
  const tried = attempt();
  if (!tried.ok) return tried;
  const { files } = tried;
  const paths = [...files.keys()].toSorted();
  for (const path of paths) {
    const guard = protectionOf(manifests.tree, path);
    if (guard !== undefined) return refuse(guard.code, `${path}: ${guard.message}`);
  }
  const before = new Map(paths.map((path) => [path, manifests.tree.read(path) ?? null]));
  const binary = paths.find((path) =>
    [before.get(path), files.get(path)].some((bytes) => bytes && decodeUtf8(bytes) === undefined),
  );
  if (binary !== undefined)
    return refuse("NOT_UTF8", `${binary}: expected UTF-8, found other bytes: change the file by hand`);
  const after = manifests.withFiles(files);
  const proven = prove(manifests, after, paths, meant(after));
  if (!proven.ok) return refuse(proven.code, proven.because);
  const patch: Patch = {
    changes,
    edits: paths.flatMap((path) => editsBetween(path, textOf(before.get(path)), textOf(files.get(path)))),
    operations: paths.flatMap((path) => operationsOf(path, before.get(path) ?? null, files.get(path) ?? null)),
    diff: unifiedDiff(before, files),
    files,
    proof: { ...proven.shown, counterfactual: { silent: "unknown", because: "The rules were not asked again yet." } },
  };
  return { ok: true, patch, after };
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? (decodeUtf8(bytes) ?? "") : "";
}

function refuse(code: string, message: string): Made & { readonly ok: false } {
  return { ok: false, refusal: { code, message } };
}
