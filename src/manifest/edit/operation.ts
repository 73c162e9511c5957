import type { Json } from "../../signal/object.ts";
import type { FieldPath } from "../path.ts";

/**
 * One wish about a document. `from` is what must stand there now, else the edit is refused as STALE. Of several
 * operations each sees what those before it made, as in RFC 6902.
 */
export type NodeOperation =
  /** Another value for a field or list item that is there. */
  | { readonly do: "set"; readonly path: FieldPath; readonly from: Json; readonly to: Json }
  /**
   * A new key of a map (after the key `after`, else last), or a new list item: before the item at an index, or last
   * where the path ends in `-`.
   */
  | { readonly do: "add"; readonly path: FieldPath; readonly to: Json; readonly after?: string }
  /** A key or list item goes, with everything below it; with the empty path, the whole document. */
  | { readonly do: "remove"; readonly path: FieldPath; readonly from: Json };
