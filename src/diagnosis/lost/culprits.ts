import type { FieldPath } from "../../manifest/path.ts";
import type { ObjectRef } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import { askers, type Lost } from "./lost.ts";

/** What changed: either the workload was made to ask for another thing, or the thing itself lost the key. */
export function culprits(scene: Scene, root: ObjectRef, lost: Lost): readonly Suspect[] {
  const paths = askers(scene, root, lost).flatMap((asker) => [
    asker.path,
    ...(asker.keyPath === null ? [] : [asker.keyPath]),
  ]);
  const all = suspectsOf(scene, root);
  const own = all.filter(
    (suspect) =>
      (suspect.to === lost.name || suspect.to === lost.key) &&
      paths.some((path) => path.join("/") === suspect.path.join("/")),
  );
  if (own.length > 0) return own;
  // A whole variable, volume or container that came with the reference in it.
  const added = all.filter(
    (suspect) => suspect.from === undefined && paths.some((path) => isWithin(path, suspect.path)),
  );
  return added.length > 0 ? added : takenKey(all, lost);
}

function takenKey(all: readonly Suspect[], { kind, name, key }: Lost): readonly Suspect[] {
  if (key === null) return [];
  const held = all.filter(({ object }) => object.kind === kind && (name === null || object.name === name));
  const taken = held.find((suspect) => suspect.to === undefined && isDataKey(suspect, key));
  if (taken === undefined) return [];
  const partner = held.filter(
    (suspect) =>
      suspect.object.name === taken.object.name &&
      suspect.from === undefined &&
      suspect.to === taken.from &&
      suspect.commit?.commit === taken.commit?.commit,
  );
  return [taken, ...partner];
}

function isWithin(path: FieldPath, whole: FieldPath): boolean {
  return whole.every((step, at) => step === path[at]);
}

function isDataKey(suspect: Suspect, key: string): boolean {
  return (suspect.path[0] === "data" || suspect.path[0] === "binaryData") && suspect.path[1] === key;
}
