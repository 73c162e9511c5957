import { isSameObject, kindKey, type ObjectRef, refOf } from "../../signal/object.ts";
import { historyOf, removalOf } from "../history.ts";
import type { Culprit } from "../hypothesis.ts";
import type { Lookup } from "../lookup.ts";
import { namesWord } from "../match.ts";
import type { Scene } from "../scene.ts";

/** The commit that removed an object, and what of its kind the same commit added beside it. */
export type Replaced = { readonly commit: Culprit; readonly by: readonly string[] };

/** Who removed an object; undefined where no commit did. */
export function replacedBy(scene: Scene, ref: ObjectRef): Replaced | undefined {
  const commit = removalOf(scene, ref)?.culprit;
  if (commit === undefined) return undefined;
  const by = scene.lookup
    .allIn(kindKey(ref), ref.namespace ?? undefined)
    .filter((object) => isAddedBy(scene, refOf(object), commit))
    .map(({ metadata }) => metadata.name);
  return { commit, by };
}

function isAddedBy(scene: Scene, ref: ObjectRef, { commit }: Culprit): boolean {
  return historyOf(scene, ref).some(
    ({ path, from, commit: by }) => path.length === 0 && from === undefined && by?.commit === commit,
  );
}

/**
 * What took the place of a removed object and is asked for by others than this one: to bring the old name back would take
 * the new one from them. Undefined where nobody knows it.
 */
export function replacedInUse(scene: Scene, ref: ObjectRef, asking: ObjectRef): Replaced | undefined {
  const replaced = replacedBy(scene, ref);
  const isInUse = replaced?.by.some((name) => isAskedFor(scene.lookup, asking, name)) ?? false;
  return isInUse ? replaced : undefined;
}

const ASKING = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/CronJob", "networking.k8s.io/Ingress"];

// A name in a workload's or a route's own words, or in settings that programs read.
function isAskedFor(lookup: Lookup, asking: ObjectRef, name: string): boolean {
  return [...ASKING, "/ConfigMap"]
    .flatMap((kind) => lookup.allIn(kind, asking.namespace ?? undefined))
    .filter((object) => !isSameObject(refOf(object), asking) && object.metadata.name !== name)
    .some((object) => namesWord(JSON.stringify(object["spec"] ?? object["data"] ?? {}), name));
}
