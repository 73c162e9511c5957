import type { History } from "../evidence/commit.ts";
import type { World } from "../evidence/world.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Json, ObjectRef } from "../signal/object.ts";
import type { Culprit } from "./hypothesis.ts";
import type { Lookup } from "./lookup.ts";

/** One field of one rendered object that one commit changed; `undefined` means that the field was not there. */
export type FieldHistory = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
  readonly commit: Culprit;
};

/** All that a rule sees: the cluster now, the repository now, and what led to it. A plain value: nothing is fetched. */
export type Scene = {
  readonly world: World;
  readonly lookup: Lookup;
  /** The repository at the revision that a proposal would be made against. */
  readonly manifests: Manifests;
  readonly history: History;
  /** What commits changed in this object as rendered, newest commit first. */
  readonly changes: (object: ObjectRef) => readonly FieldHistory[];
};
