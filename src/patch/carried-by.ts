import { placeAt, type ValueSwap } from "../manifest/edit/at.ts";
import { isEqual, isList, isMap } from "../manifest/json.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { Origin, VariableUse } from "../manifest/origin.ts";
import type { Json } from "../signal/object.ts";
import { partOf } from "./part.ts";

/** Where a variable's value stands, and what it has to become for a field to become what it is to be. */
export type Carried = { readonly carrier: Origin; readonly swap: ValueSwap };

/** What of a field's change one of its variables can bring about; undefined where it cannot. */
export function carriedBy(
  { origin, isOpaque }: VariableUse,
  swap: ValueSwap,
  { tree }: Manifests,
): Carried | undefined {
  const bytes = origin === null ? undefined : tree.read(origin.file);
  if (origin === null || isOpaque || bytes === undefined) return undefined;
  const found = placeAt(bytes, origin.file, origin.start);
  const value = found.ok ? found.place.value : null;
  if (isEqual(value, swap.from)) return { carrier: origin, swap };
  if (isMap(value) || isList(value)) return undefined;
  const part = partOf(String(value), String(swap.from), String(swap.to));
  return part === undefined ? undefined : { carrier: origin, swap: { from: value, to: likeBefore(part, value) } };
}

// A number in a text (`web-2`) stays a number where it is written.
function likeBefore(part: string, value: Json): Json {
  return typeof value === "number" && String(Number(part)) === part ? Number(part) : part;
}
