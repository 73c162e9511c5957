import type { ObjectRef } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";
import { type Suspect, suspectsOf } from "../suspects.ts";
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
      suspect.object.kind === root.kind &&
      (suspect.to === lost.name || suspect.to === lost.key) &&
      paths.some((path) => path.join("/") === suspect.path.join("/")),
  );
  const added = all.filter((suspect) => suspect.from === undefined && asksFor(suspect, lost));
  if (own.length > 0 || added.length > 0) return own.length > 0 ? own : added;
  const { key } = lost;
  if (key === null) return [];
  const taken = all.find(
    (suspect) => suspect.object.kind === lost.kind && suspect.to === undefined && isDataKey(suspect, key),
  );
  if (taken === undefined) return [];
  const partner = all.filter(
    (suspect) =>
      suspect.object.kind === lost.kind &&
      suspect.object.name === taken.object.name &&
      suspect.from === undefined &&
      suspect.to === taken.from &&
      suspect.commit?.commit === taken.commit?.commit,
  );
  return [taken, ...partner];
}

// A whole variable, volume or container that came with the reference in it.
function asksFor(suspect: Suspect, lost: Lost): boolean {
  if (typeof suspect.to !== "object" || suspect.to === null) return false;
  const text = JSON.stringify(suspect.to);
  return text.includes(JSON.stringify(lost.key ?? lost.name));
}

function isDataKey(suspect: Suspect, key: string): boolean {
  return (suspect.path[0] === "data" || suspect.path[0] === "binaryData") && suspect.path[1] === key;
}
