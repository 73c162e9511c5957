import { withChanges } from "../manifest/with-changes.ts";
import type { Json } from "../signal/object.ts";
import type { Suspect } from "./suspect.ts";

/** An object as it would be with these changes undone. */
export function undone(object: Json, suspects: readonly Suspect[]): Json {
  return withChanges(
    object,
    suspects.map(({ path, from }) => ({ path, to: from })),
  );
}
