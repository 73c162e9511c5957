import type { Commit, History } from "../../evidence/commit.ts";
import { isMap } from "../../manifest/json.ts";
import type { Manifests } from "../../manifest/manifests.ts";
import type { Json, ObjectRef } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";

// What a comment says is not in force.
const COMMENT = /(?<=^|\s)#.*$/gm;

// A build that has been broken for longer than this many of its own commits is nobody's recent doing.
const MAX_STEPS = 40;

/**
 * The newest commit before which a condition held that does not hold now, judged on the manifests as they were;
 * undefined where it holds now, never held within reach, or the past is not known. Only commits that touch `files` count.
 */
export function breakingCommit(
  manifests: Manifests,
  history: History,
  {
    touches,
    holds,
  }: { readonly touches: (path: string) => boolean; readonly holds: (manifests: Manifests) => boolean },
): { readonly commit: Commit; readonly before: Manifests } | undefined {
  if (!history.known || holds(manifests)) return undefined;
  const undone = new Map<string, Uint8Array | null>();
  let steps = 0;
  for (const commit of history.commits) {
    if (steps >= MAX_STEPS) return undefined;
    for (const file of commit.files) undone.set(file.path, file.before);
    if (!commit.files.some((file) => touches(file.path))) continue;
    steps += 1;
    const before = manifests.withFiles(new Map(undone));
    if (holds(before)) return { commit, before };
  }
  return undefined;
}

/** The newest commit that brought this text into one of the files, or out of a comment; undefined where it was always there. */
export function introducingCommit(history: History, files: ReadonlySet<string>, text: string): Commit | undefined {
  if (!history.known) return undefined;
  return history.commits.find((commit) =>
    commit.files.some((file) => files.has(file.path) && hasText(file.after, text) && !hasText(file.before, text)),
  );
}

/**
 * The newest commit that made one of this object's fields say a name, as rendered; where that is not known, the one that
 * brought its text into the object's files: a comment may have had it for long.
 */
export function namingCommit(scene: Scene, object: ObjectRef, name: string): Commit | undefined {
  if (!scene.history.known) return undefined;
  const change = scene.changes(object).find(({ from, to }) => says(to, name) && !says(from, name));
  const named = scene.history.commits.find(({ hash }) => hash === change?.commit.commit);
  const files = scene.manifests.findObject(object).map(({ rendered }) => rendered.origin.file);
  return named ?? introducingCommit(scene.history, new Set(files), name);
}

function says(value: Json | undefined, name: string): boolean {
  if (Array.isArray(value)) return value.some((item) => says(item, name));
  return isMap(value) ? Object.values(value).some((item) => says(item, name)) : value === name;
}

function hasText(bytes: Uint8Array | null, text: string): boolean {
  if (bytes === null) return false;
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return whole.includes(text) && whole.toString().replace(COMMENT, "").includes(text);
}
