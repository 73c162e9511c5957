import type { Json } from "../signal/object.ts";
import type { ValueChange } from "./difference.ts";
import { isList, isMap, own } from "./json.ts";
import { type FieldPath, itemSelector } from "./path.ts";

/**
 * A value with these changes made, maps and lists grown around what is not there yet; an item that comes to a list stands
 * where it stands in `like`, else last.
 */
export function withChanges(
  value: Json,
  changes: readonly Pick<ValueChange, "path" | "to">[],
  like: Json = null,
): Json {
  return changes.reduce<Json>((changed, { path, to }) => put(changed, path, { to, like }) ?? null, value);
}

type Wish = { readonly to: Json | undefined; readonly like: Json | undefined };

function put(value: Json | undefined, path: FieldPath, wish: Wish): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return wish.to;
  if (isList(value)) return putItem(value, step, rest, wish);
  const isItem = typeof step === "number" || itemSelector(step) !== undefined;
  if (isItem && !isMap(value)) return putItem([], step, rest, wish);
  const key = String(step);
  const map = isMap(value) ? value : {};
  const inner = put(own(map, key), rest, { to: wish.to, like: isMap(wish.like) ? own(wish.like, key) : undefined });
  if (inner !== undefined) return { ...map, [key]: inner };
  const { [key]: _, ...others } = map;
  return others;
}

function putItem(list: readonly Json[], step: string | number, rest: FieldPath, wish: Wish): Json {
  const at = indexOf(list, step);
  const there = isList(wish.like) ? indexOf(wish.like, step) : -1;
  const like = isList(wish.like) ? wish.like[there] : undefined;
  const inner = put(list[at], rest, { to: wish.to, like });
  if (at >= 0) return inner === undefined ? list.toSpliced(at, 1) : list.with(at, inner);
  return inner === undefined ? list : list.toSpliced(there < 0 ? list.length : there, 0, named(inner, step));
}

function named(item: Json, step: string | number): Json {
  const selector = itemSelector(step);
  if (selector === undefined || !isMap(item) || own(item, selector.key) !== undefined) return item;
  return { [selector.key]: selector.value, ...item };
}

function indexOf(list: readonly Json[], step: string | number): number {
  if (typeof step === "number") return step < list.length ? step : -1;
  const selector = itemSelector(step);
  if (selector === undefined) return -1;
  return list.findIndex((item) => isMap(item) && String(own(item, selector.key)) === selector.value);
}
