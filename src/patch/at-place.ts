import { editWithin, placeAt, setAt, type ValueSwap } from "../manifest/edit/at.ts";
import { editDocument } from "../manifest/edit/document.ts";
import type { Edited } from "../manifest/edit/edit.ts";
import { isList, isMap } from "../manifest/json.ts";
import type { Origin } from "../manifest/origin.ts";
import type { FieldPath } from "../manifest/path.ts";
import { withChanges } from "../manifest/with-changes.ts";
import type { Json, KubernetesObject } from "../signal/object.ts";
import { editOfPatch } from "./inline-patch.ts";
import { partOf } from "./part.ts";

/** A field of a rendered object and the bytes that set it. */
export type FieldPlace = { readonly origin: Origin; readonly path: FieldPath; readonly object: KubernetesObject };

/** Replaces what stands at an origin: the whole value, the part of a text that the bytes are, or a value within an inline patch. */
export function replaceAt(bytes: Uint8Array, field: FieldPlace, swap: ValueSwap): Edited {
  const { origin } = field;
  const whole = setAt(bytes, origin.file, origin, swap);
  if (whole.ok || whole.refusal.code !== "STALE") return whole;
  const found = placeAt(bytes, origin.file, origin.start);
  if (!found.ok) return found;
  const { value } = found.place;
  const part = partOf(String(value), String(swap.from), String(swap.to));
  if (part !== undefined && !isMap(value) && !isList(value)) {
    return setAt(bytes, origin.file, origin, { from: value, to: part });
  }
  const within = editOfPatch(value, field, swap);
  return within === undefined ? whole : editWithin(bytes, origin.file, origin.start, within);
}

/** Takes away what stands at an origin. */
export function removeAt(bytes: Uint8Array, { file, start }: Origin, from: Json): Edited {
  const found = placeAt(bytes, file, start);
  if (!found.ok) return found;
  const { document, path } = found.place;
  return editDocument(bytes, file, document, [{ do: "remove", path, from }]);
}

/** Adds a field within the map or list that stands at an origin; the path leads there from it. */
export function addWithin(bytes: Uint8Array, { file, start }: Origin, path: FieldPath, to: Json): Edited {
  const found = placeAt(bytes, file, start);
  if (!found.ok) return found;
  const { document, path: above, value } = found.place;
  const step = isList(value) ? "-" : String(path[0]);
  const whole = withChanges(null, [{ path: isList(value) ? path : path.slice(1), to }]);
  const added = isList(value) && isList(whole) ? (whole[0] ?? null) : whole;
  return editDocument(bytes, file, document, [{ do: "add", path: [...above, step], to: added }]);
}
