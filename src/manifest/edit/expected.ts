import type { Json } from "../../signal/object.ts";
import { isList, isMap } from "../json.ts";

/** A change of a JSON value at a place whose list items are given by index. */
export type JsonChange =
  | { readonly do: "set" | "add"; readonly path: readonly (string | number)[]; readonly value: Json }
  | { readonly do: "remove"; readonly path: readonly (string | number)[] };

/** The JSON value after the change: what a splice must read as to be right. */
export function changed(value: Json, change: JsonChange, depth = 0): Json {
  const step = change.path[depth];
  if (step === undefined) return change.do === "remove" ? null : change.value;
  const isLast = depth === change.path.length - 1;
  if (isList(value)) return changedList(value, Number(step), change, depth, isLast);
  const map = isMap(value) ? value : {};
  const { [String(step)]: old, ...rest } = map;
  if (isLast && change.do === "remove") return rest;
  return { ...map, [String(step)]: changed(old ?? null, change, depth + 1) };
}

function changedList(list: readonly Json[], at: number, change: JsonChange, depth: number, isLast: boolean): Json {
  if (isLast && change.do === "remove") return list.toSpliced(at, 1);
  if (isLast && change.do === "add") return list.toSpliced(at, 0, change.value);
  return list.with(at, changed(list[at] ?? null, change, depth + 1));
}
