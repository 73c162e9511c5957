import type { Json } from "../signal/object.ts";
import { isList, isMap } from "./json.ts";

/**
 * Where a field stands in an object: map keys, and list items either as an index (number) or by their merge key as
 * `[name=x]`. The same form is printed in every output (CONTRACT: paths are lists).
 */
export type FieldPath = readonly (string | number)[];

/** The key and value of a `[key=value]` step, or undefined for any other step. */
export function itemSelector(step: string | number): { readonly key: string; readonly value: string } | undefined {
  if (typeof step !== "string") return undefined;
  const match = /^\[([^=\]]+)=(.*)\]$/s.exec(step);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { key: match[1], value: match[2] };
}

/** The value at a path, or undefined where a step is missing. */
export function valueAt(root: Json | undefined, path: FieldPath): Json | undefined {
  let value = root;
  for (const step of path) value = childAt(value, step);
  return value;
}

function childAt(value: Json | undefined, step: string | number): Json | undefined {
  if (isMap(value)) {
    const child = value[step];
    // Most of what is asked for is not there: the dearer question only where something is.
    return child !== undefined && Object.hasOwn(value, step) ? child : undefined;
  }
  if (!isList(value)) return undefined;
  if (typeof step === "number") return value[step];
  const selector = itemSelector(step);
  if (selector === undefined) return undefined;
  return value.find((item) => isMap(item) && String(item[selector.key]) === selector.value);
}

/** The path as people write it: `spec.template.spec.containers[app].image`, with `[name=app]` shortened. */
export function pathText(path: FieldPath): string {
  let text = "";
  for (const step of path) {
    const selector = itemSelector(step);
    if (selector !== undefined)
      text += selector.key === "name" ? `[${selector.value}]` : `[${selector.key}=${selector.value}]`;
    else if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** Whether two paths lead to the same field. */
export function isSamePath(a: FieldPath, b: FieldPath): boolean {
  return a.length === b.length && a.every((step, at) => step === b[at]);
}
