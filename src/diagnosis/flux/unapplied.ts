import { commitInRevision } from "../../evidence/commit.ts";
import { valueAt } from "../../manifest/path.ts";
import type { ObjectRef } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";

/** The commits that a Flux object has not applied; undefined where the last that it applied is not known. */
export function unappliedBy(scene: Scene, applier: ObjectRef): ReadonlySet<string> | undefined {
  if (!scene.history.known) return undefined;
  const live = scene.lookup.get(applier);
  const applied = commitInRevision(live && valueAt(live, ["status", "lastAppliedRevision"]));
  const hashes = scene.history.commits.map(({ hash }) => hash);
  const at = applied === undefined ? -1 : hashes.indexOf(applied);
  return at < 0 ? undefined : new Set(hashes.slice(0, at));
}
