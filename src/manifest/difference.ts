import type { Json, JsonMap, KubernetesObject, ObjectRef } from "../signal/object.ts";
import { refOf } from "../signal/object.ts";
import { isEqual, isList, isMap, own } from "./json.ts";
import type { FieldPath } from "./path.ts";

/** One field of one rendered object that is to change; `undefined` means that the field is not there. */
export type FieldChange = ValueChange & { readonly object: ObjectRef };

/** One place of a value that differs; `undefined` means that nothing is there. */
export type ValueChange = {
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
};

// The merge keys of Kubernetes' built-in lists, the most telling first; a list is keyed by the first that tells all its items apart.
const MERGE_KEYS = ["name", "containerPort", "port", "mountPath", "devicePath", "topologyKey", "ip", "type", "uid"];

/**
 * What turns one object into the other, field by field: the smallest maps, lists and scalars that differ, list items
 * by their merge key. An object that appears or goes is one change of the empty path.
 */
export function diffObjects(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): readonly FieldChange[] {
  const named = before ?? after;
  if (named === undefined) return [];
  const object = refOf(named);
  return diffValues(before, after).map((change) => ({ object, ...change }));
}

/** What turns one value into the other. */
export function diffValues(
  before: Json | undefined,
  after: Json | undefined,
  path: FieldPath = [],
): readonly ValueChange[] {
  if (isEqual(before, after)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diffValues(own(before, key), own(after, key), [...path, key]));
  }
  const finer = isList(before) && isList(after) ? diffLists(before, after, path) : undefined;
  return finer ?? [{ path, from: before, to: after }];
}

/** The merge key that tells all items of both lists apart, or undefined where there is none. */
export function mergeKeyOf(...lists: readonly (readonly Json[])[]): string | undefined {
  return MERGE_KEYS.find((key) => lists.every((items) => isKeyedBy(items, key)));
}

/** The path of a list item by its merge key. */
export function itemStep(key: string, item: Json): string {
  return `[${key}=${String((item as JsonMap)[key])}]`;
}

// Undefined where nothing finer can be said than that the lists differ.
function diffLists(
  before: readonly Json[],
  after: readonly Json[],
  path: FieldPath,
): readonly ValueChange[] | undefined {
  if (before.length === 0 || after.length === 0) return undefined;
  const key = mergeKeyOf(before, after);
  if (key !== undefined) return diffKeyed(before, after, { path, key });
  if (before.length !== after.length) return undefined;
  return before.flatMap((item, at) => diffValues(item, after[at], [...path, at]));
}

function diffKeyed(
  before: readonly Json[],
  after: readonly Json[],
  { path, key }: { readonly path: FieldPath; readonly key: string },
): readonly ValueChange[] | undefined {
  const old = new Map(before.map((item) => [itemStep(key, item), item]));
  const fresh = new Map(after.map((item) => [itemStep(key, item), item]));
  const kept = [...old.keys()].filter((step) => fresh.has(step));
  const keptAfter = [...fresh.keys()].filter((step) => old.has(step));
  // Another order of the same items is a change of the list itself.
  if (!isEqual(kept, keptAfter)) return undefined;
  const steps = new Set([...old.keys(), ...fresh.keys()]);
  return [...steps].flatMap((step) => diffValues(old.get(step), fresh.get(step), [...path, step]));
}

/** Whether every item of a list has this key, each with a value of its own. */
export function isKeyedBy(items: readonly Json[], key: string): boolean {
  const values = items.map((item) => (isMap(item) ? own(item, key) : undefined));
  const usable = values.every((value) => typeof value === "string" || typeof value === "number");
  return usable && new Set(values.map(String)).size === values.length;
}
