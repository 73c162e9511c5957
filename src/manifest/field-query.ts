import type { Json } from "../signal/object.ts";
import { isKeyedBy, itemStep, mergeKeyOf } from "./difference.ts";
import { isList, isMap } from "./json.ts";
import type { FieldPath } from "./path.ts";

/** A field as people ask for it: a path whose steps may be `*`, any key or any item. */
export type FieldQuery = readonly (string | number)[];

/** Any key of a map, any item of a list. */
const ANY = "*";

/**
 * Reads `spec.containers[app].image`, `containers[*].image`, `ports[0]`, `env[name=HOST]`, `labels["a.b/c"]`; undefined
 * where it is no such path.
 */
export function parseFieldQuery(text: string): FieldQuery | undefined {
  const steps: (string | number)[] = [];
  const step = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[([^\]]+)\]/y;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    const [, key, quoted, item] = match;
    if (key !== undefined) steps.push(key);
    else if (quoted !== undefined) steps.push(quoted.replaceAll(/\\(.)/g, "$1"));
    else if (item !== undefined) steps.push(queryStep(item));
  }
  return steps;
}

function queryStep(item: string): string | number {
  if (item === ANY) return ANY;
  return /^\d+$/.test(item) ? Number(item) : `[${item}]`;
}

/** Every field of a value that a query means, as paths whose items are told by their merge key where they have one. */
export function expandQuery(value: Json, query: FieldQuery): readonly FieldPath[] {
  let found: readonly { readonly path: FieldPath; readonly value: Json }[] = [{ path: [], value }];
  for (const step of query) {
    found = found.flatMap((field) =>
      childrenOf(field.value)
        .filter((child) => means(step, child))
        .map((child) => ({ path: [...field.path, child.step], value: child.value })),
    );
  }
  return found.map(({ path }) => path);
}

/** Every field of a value that holds no other field, and every empty map and list. */
export function leavesOf(value: Json, path: FieldPath = []): readonly FieldPath[] {
  const children = childrenOf(value);
  return children.length === 0 ? [path] : children.flatMap((child) => leavesOf(child.value, [...path, child.step]));
}

type Child = { readonly step: string | number; readonly key: string | number; readonly value: Json };

function childrenOf(value: Json): readonly Child[] {
  if (isMap(value)) return Object.entries(value).map(([key, item]) => ({ step: key, key, value: item }));
  if (!isList(value)) return [];
  const key = tellingKeyOf(value);
  return value.map((item, index) => ({
    step: key === undefined ? index : itemStep(key, item),
    key: index,
    value: item,
  }));
}

// As Kubernetes merges them; and by `key`, which it never merges by, because people write `tolerations[dedicated]`.
function tellingKeyOf(items: readonly Json[]): string | undefined {
  return mergeKeyOf(items) ?? (isKeyedBy(items, "key") ? "key" : undefined);
}

function means(step: string | number, { step: own, key, value }: Child): boolean {
  if (step === ANY || step === own || step === key) return true;
  if (typeof step === "number" || (typeof own === "number" && !step.startsWith("["))) return false;
  const selector = /^\[(?:([^=]+)=)?(.*)\]$/s.exec(step);
  if (selector === null) return false;
  const [, name, wanted] = selector;
  if (name !== undefined) return isMap(value) && String(value[name]) === wanted;
  // `labels[app]` means a key as much as `containers[app]` means an item.
  return key === wanted || (typeof own === "string" && own.endsWith(`=${wanted}]`)) || value === wanted;
}
