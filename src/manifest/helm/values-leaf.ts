import type { Json, JsonMap } from "../../signal/object.ts";
import { isList, isMap, own } from "../json.ts";
import type { FieldPath } from "../path.ts";
import type { Mapping, Node } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";

/** One value that the templates get: a scalar, or the map or list around some. */
export type ValuesLeaf = { readonly path: FieldPath; readonly node: Node; readonly value: Json };

/** Every scalar of the values. */
export function leavesOfValues(values: Mapping): readonly ValuesLeaf[] {
  return nodesWithin(values, []).filter(({ node }) => node.kind === "scalar");
}

/** Every map and list of the values that holds something. */
export function branchesOfValues(values: Mapping): readonly ValuesLeaf[] {
  return nodesWithin(values, []).filter(({ node, path }) => node.kind !== "scalar" && path.length > 0);
}

function nodesWithin(node: Node, path: FieldPath): readonly ValuesLeaf[] {
  const self = { path, node, value: jsonOf(node) };
  if (node.kind === "scalar") return [self];
  const inner =
    node.kind === "list"
      ? node.items.flatMap((item, index) => nodesWithin(item, [...path, index]))
      : node.entries.flatMap(({ key, value }) => nodesWithin(value, [...path, key]));
  return [self, ...inner];
}

/** Another value that a template takes as easily; undefined where there is none. */
export function otherThan(value: Json): Json | undefined {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value < 65_535 ? value + 1 : value - 1;
  if (typeof value !== "string") return undefined;
  // `1.4.2` becomes `1.4.3` and `64Mi` becomes `65Mi`: what reads it may ask for a version or a quantity.
  const digit = /\d(?=\D*$)/.exec(value);
  if (digit === null) return `${value}x`;
  const next = (Number(digit[0]) + 1) % 10;
  return `${value.slice(0, digit.index)}${next}${value.slice(digit.index + 1)}`;
}

/** What a release sets, with one more value over what the templates get anyway; lists are set whole. */
export function withValue(set: JsonMap, all: Json, path: FieldPath, value: Json): JsonMap {
  return put(set, all, path, value) as JsonMap;
}

function put(set: Json | undefined, all: Json | undefined, path: FieldPath, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = isList(all) ? all : [];
    return list.map((item, index) => (index === step ? put(item, item, rest, value) : item));
  }
  const map = isMap(set) ? set : {};
  const inner = isMap(all) ? own(all, step) : undefined;
  return { ...map, [step]: put(own(map, step), inner, rest, value) };
}
