import { isEqual } from "../manifest/json.ts";
import { type FieldPath, isSamePath, valueAt } from "../manifest/path.ts";
import { type Json, type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import { isPartOf } from "./applied.ts";
import { declaredOf } from "./declared.ts";
import type { Culprit } from "./hypothesis.ts";
import type { FieldHistory, Scene } from "./scene.ts";
import type { Suspect } from "./suspect.ts";
import { wasInDoneRun, wasInPodsBefore, wasNamedBefore } from "./there-before.ts";

/** An object that a commit took out of git. */
export type Removal = { readonly object: ObjectRef; readonly culprit: Culprit };

/** The commit that took an object out of git; undefined where none did. */
export function removalOf(scene: Scene, object: ObjectRef): Removal | undefined {
  const gone = historyOf(scene, object).find(({ path, to }) => path.length === 0 && to === undefined);
  return gone?.commit ? { object: gone.object, culprit: gone.commit } : undefined;
}

/** What commits changed of what an object says, newest first: its labels and annotations are not looked at. */
export function contentHistoryOf(scene: Scene, object: ObjectRef): readonly Suspect[] {
  return historyOf(scene, object).filter(({ path }) => path[0] !== "metadata");
}

/** What commits changed in one object and is still as they left it, newest first; a field changed twice counts once. */
export function historyOf(scene: Scene, object: ObjectRef): readonly Suspect[] {
  const seen: FieldPath[] = [];
  const live = scene.lookup.get(object);
  // What a chart makes that is not rendered here is only known as it runs.
  const current = declaredOf(scene, object) ?? live;
  // A generated object is called by the name it has now.
  const named = current === undefined ? {} : refOf(current);
  const changes = scene.changes(object);
  return changes.flatMap((change, at) => {
    if (seen.some((path) => isSamePath(path, change.path))) return [];
    seen.push(change.path);
    const value = valueAt(current, change.path);
    if (!isInForce(change, value) || isOlder(scene, live, change)) return [];
    const isGrown = change.path.length > 0 && !isEqual(value, change.to);
    return [
      {
        ...change,
        object: { ...change.object, ...named, namespace: object.namespace },
        worked: null,
        ...(isGrown ? { to: value, isOverlaid: true } : {}),
        ...(isUnsteady(change, changes.slice(at + 1)) ? { isUnsteady: true } : {}),
      },
    ];
  });
}

// What a commit brought may have grown since.
function isInForce({ path, from, to }: FieldHistory, value: Json | undefined): boolean {
  const isBrought = from === undefined && to !== undefined;
  return path.length === 0 || (isBrought ? isPartOf(to, value) : isEqual(value, to));
}

// So soon after a change another one of the same field is mostly an attempt to mend it.
const SOON_MS = 2 * 3_600_000;

function isUnsteady({ path, commit }: FieldHistory, earlier: readonly FieldHistory[]): boolean {
  const before = earlier.find((other) => isSamePath(other.path, path));
  return before !== undefined && Date.parse(commit.at) - Date.parse(before.commit.at) < SOON_MS;
}

function isOlder(scene: Scene, live: KubernetesObject | undefined, change: FieldHistory): boolean {
  if (live === undefined) return false;
  return (
    wasInPodsBefore(scene.lookup, live, change) ||
    wasInDoneRun(scene.lookup, live, change) ||
    scene
      .changes(refOf(live))
      .some((other) => other.commit.commit === change.commit.commit && wasNamedBefore(live, other))
  );
}
