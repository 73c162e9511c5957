import type { Json, ObjectRef } from "../signal/object.ts";
import type { Culprit } from "./hypothesis.ts";
import type { Intent } from "./intent.ts";

/** What one commit changed in one field of an object; `undefined` means that the field was or is not there. */
type Change = {
  readonly path: readonly (string | number)[];
  readonly from: Json | undefined;
  readonly to: Json | undefined;
};

/** The intent to undo these changes of one commit; none where there is nothing to undo. */
export function restoreFields(
  object: ObjectRef,
  changes: readonly Change[],
  culprit: Pick<Culprit, "commit">,
): Intent[] {
  if (changes.length === 0) return [];
  const fields = changes.map(({ path, from, to }) => ({
    path: [...path],
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
  }));
  return [{ kind: "restore-fields", object, fields, commit: culprit.commit }];
}
