import { fieldOf, isNull, type Mapping, type Node, type Sequence, textOf } from "../yaml/node.ts";
import { isMissing, isReplacement } from "./merge-directive.ts";
import type { MergeList } from "./merge-schema.ts";
import { refuse } from "./refused.ts";
import { setText } from "./set-field.ts";

/** The values of an item's merge keys, in the order of the keys; empty where a key is missing. */
type KeyValues = readonly string[];

/**
 * Merges the items of a patch into a list whose items are told apart by their keys. Items of the patch come first, as
 * kustomize puts them.
 */
export function mergeItems(
  base: Sequence,
  patch: Sequence | undefined,
  list: MergeList,
  mergeItem: (base: Node | undefined, patch: Node | undefined) => Node | undefined,
): Sequence {
  const keys = list.keys.length === 0 ? [""] : list.keys;
  const values = valuesOf([patch, base], list.keys);
  let target = base;
  let added: readonly Node[] = [];
  let used: Used = { keys, values: [] };
  for (const value of values) {
    used = usedKeys(values, value, keys);
    const narrow = usedKeys([used.values], used.values, used.keys);
    const old = findItem(target, narrow);
    const item = findItem(patch === base ? target : patch, narrow);
    const merged = mergeItem(old, item);
    if (merged === undefined || isEmpty(merged)) {
      target = removeItems(target, used.keys, used.values);
      continue;
    }
    const keyed = withKeys(merged, used);
    // What a patch replaces item by item is put back by the last step, as in kustomize.
    if (old?.kind === "map" && (old === item || !isReplacement(item))) target = exchange(target, old, keyed);
    added = putItem(added, used.keys, used.values, keyed);
  }
  return values.length === 0 ? base : { ...target, items: withBase(added, target, used.keys) };
}

/** The list without the items that match, and without its empty ones. */
export function removeItems(list: Sequence, keys: readonly string[], values: KeyValues): Sequence {
  return { ...list, items: putItem(list.items, keys, values, undefined) };
}

function exchange(list: Sequence, old: Node, item: Node): Sequence {
  if (old === item) return list;
  return { ...list, items: list.items.map((other) => (other === old ? item : other)) };
}

function valuesOf(lists: readonly (Sequence | undefined)[], keys: readonly string[]): KeyValues[] {
  const seen = new Map<string, KeyValues>();
  for (const item of lists.flatMap((list) => list?.items ?? [])) {
    const values = keys.length === 0 ? [textOf(item)] : keys.map((key) => keyText(item, key));
    const id = values.join("\n");
    if (!seen.has(id)) seen.set(id, values);
  }
  const values = [...seen.values()];
  return keys.length > 1 ? unify(values) : values;
}

function keyText(item: Node, key: string): string {
  const value = fieldOf(item, key);
  return value === undefined || isNull(value) ? "" : textOf(value);
}

// Items that agree in one key and leave the others open are the same item.
function unify(values: KeyValues[]): KeyValues[] {
  for (let left = 0; left < values.length; left++) {
    for (let right = 0; right < values.length; right++) {
      const common = unified(values[left] ?? [], values[right] ?? []);
      if (common !== undefined) values[left] = values[right] = common;
    }
  }
  return values;
}

function unified(a: KeyValues, b: KeyValues): KeyValues | undefined {
  const differs = a.some((value, at) => value !== b[at] && value !== "" && b[at] !== "");
  if (differs || !a.some((value, at) => value === b[at])) return undefined;
  return a.map((value, at) => (value === "" ? (b[at] ?? "") : value));
}

type Used = { readonly keys: readonly string[]; readonly values: KeyValues };

// Keys that none of the items has do not count.
function usedKeys(all: readonly KeyValues[], values: KeyValues, keys: readonly string[]): Used {
  const used = keys.filter((_, at) => all.some((other) => other[at] !== ""));
  if (used.length === 0) return { keys, values };
  return { keys: used, values: values.filter((value, at) => value !== "" || used.includes(keys[at] ?? "")) };
}

function findItem(list: Sequence | undefined, { keys, values }: Used): Node | undefined {
  if (keys[0] === "") return list?.items.find((item) => textOf(item) === (values[0] ?? ""));
  return list?.items.find(
    (item) =>
      item.kind === "map" &&
      keys.every((key, at) => {
        const value = fieldOf(item, key);
        return value !== undefined && textOf(value) === values[at];
      }),
  );
}

function withKeys(item: Node, { keys, values }: Used): Node {
  if (item.kind !== "map") return item;
  return keys.reduce<Mapping>((keyed, key, at) => {
    const value = values[at] ?? "";
    return fieldOf(keyed, key) !== undefined || value === ""
      ? keyed
      : setText(keyed, key, { text: value, tag: "", place: keyed });
  }, item);
}

/** Puts an item in place of those that match, at the end where none does; without an item they go. */
function putItem(
  items: readonly Node[],
  keys: readonly string[],
  values: KeyValues,
  item: Node | undefined,
): readonly Node[] {
  const isForMaps = (keys[0] ?? "") !== "" && (values[0] ?? "") !== "";
  const placed = item === undefined ? [] : [item];
  let isFound = false;
  const kept = items.flatMap((other) => {
    if (isEmpty(other)) return [];
    if (other.kind !== "map" && isForMaps) return [other];
    // Without any value nothing matches, and nothing is kept either.
    if (!matches(other, keys, values)) return values.length > 0 ? [other] : [];
    isFound = true;
    return placed;
  });
  return isFound ? kept : [...kept, ...placed];
}

function matches(item: Node, keys: readonly string[], values: KeyValues): boolean {
  // A key beyond the values counts as the one before it did.
  return values.length > 0 && keys.slice(0, values.length).every((key, at) => hasKey(item, key, values[at] ?? ""));
}

function hasKey(item: Node, key: string, value: string): boolean {
  if (key === "") {
    if (item.kind !== "scalar")
      refuse("WRONG_TYPE", `wrong node kind: expected ScalarNode but got a ${item.kind}`, item);
    return item.text === value;
  }
  if (item.kind !== "map") refuse("WRONG_TYPE", `wrong node kind: expected MappingNode but got a ${item.kind}`, item);
  const found = fieldOf(item, key);
  return found !== undefined && (value === "" || textOf(found) === value);
}

function isEmpty(item: Node): boolean {
  return isMissing(item) || (item.kind === "map" && item.entries.length === 0);
}

function withBase(added: readonly Node[], base: Sequence, keys: readonly string[]): readonly Node[] {
  let items = added;
  for (const item of base.items) {
    if (keys[0] === "") {
      items = putItem(items, [""], [textOf(item)], item);
      continue;
    }
    const found = keys.flatMap((key) => fieldOf(item, key) ?? []);
    for (let missing = found.length; missing < keys.length; missing++) items = [...items, item];
    const values = found.map(textOf);
    // With several keys the item may stand there already under fewer of them.
    if (keys.length > 1) items = putItem(items, keys, values, undefined);
    items = putItem(items, keys, values, item);
  }
  return items;
}
