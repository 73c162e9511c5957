import type { FieldPath } from "../manifest/path.ts";
import type { Json, ObjectRef } from "../signal/object.ts";
import type { Culprit } from "./hypothesis.ts";

/** A field that is other than it was when all was well, with who changed it and what is known of the old value. */
export type Suspect = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
  /** The commit that changed it; null where only the cluster remembers the old value. */
  readonly commit: Culprit | null;
  /** Where the old value is known to have worked: `ReplicaSet catalog-75db…, 2 pods of which are ready`. */
  readonly worked: string | null;
  /** Later commits changed the same field again, so that the commit's own lines cannot be taken back. */
  readonly isOverlaid?: true;
  /** Another commit had changed the same field shortly before, so that the old value may never have worked. */
  readonly isUnsteady?: true;
};

/** Suspects of which there is one at least, the most telling first. */
export type Suspects = readonly [Suspect, ...Suspect[]];

/** The first of these suspects with the others of its commit; undefined where there is none. */
export function ofOneCommit(suspects: readonly Suspect[]): Suspects | undefined {
  const [first, ...rest] = suspects;
  if (first === undefined) return undefined;
  return [first, ...rest.filter(({ commit }) => commit?.commit === first.commit?.commit)];
}
