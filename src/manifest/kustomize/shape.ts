import { type Entry, isNull, type Mapping, type Node, type Scalar } from "../yaml/node.ts";
import { plainTag, type ResolvedScalar, resolveScalar } from "../yaml/scalar.ts";
import { refuse } from "./refused.ts";

/** What kustomize expects at a place of its own configuration. */
export type Shape =
  | "text"
  | "boolean"
  | "integer"
  | "anything"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | Fields;

/** The fields of a structure; `isOpen` where others are passed over. */
export type Fields = { readonly fields: Readonly<Record<string, Shape>>; readonly isOpen?: boolean };

/** The same shape, but what is not known is passed over on every level. */
export function lenient(shape: Fields): Fields;
export function lenient(shape: Shape): Shape;
export function lenient(shape: Shape): Shape {
  if (typeof shape === "string") return shape;
  if ("list" in shape) return { list: lenient(shape.list) };
  if ("map" in shape) return { map: lenient(shape.map) };
  const fields = Object.entries(shape.fields).map(([key, field]) => [key, lenient(field)] as const);
  return { fields: Object.fromEntries(fields), isOpen: true };
}

/**
 * The node as kustomize takes it: fields by their proper names (letter case does not count), the last of two equal keys,
 * nulls gone, scalars read with the rules for configuration. Refuses what has another shape, naming the field.
 */
export function conform(node: Node, shape: Shape, path: string): Node {
  if (typeof shape === "string") return conformScalar(node, shape, path);
  if ("list" in shape) {
    if (node.kind !== "list") return wrongType(node, "a list", path);
    return { ...node, items: node.items.map((item, index) => conform(item, shape.list, `${path}[${index}]`)) };
  }
  if (node.kind !== "map") return wrongType(node, "a map", path);
  return "map" in shape ? conformMap(node, shape.map, path) : conformFields(node, shape, path);
}

function conformMap(node: Mapping, shape: Shape, path: string): Mapping {
  const entries = lastOfEach(node.entries).map((entry) => {
    // A null in a map of texts is the empty text.
    const { value } = entry;
    const read = value.kind === "scalar" && isNull(value) && shape === "text" ? emptyText(value) : value;
    return { ...withTextKey(entry), value: conform(read, shape, `${path}.${entry.key}`) };
  });
  return { ...node, entries };
}

/** The entry with a key that was a number or a truth as the text of it, as JSON has it. */
export function withTextKey(entry: Entry): Entry {
  const { key, keyTag } = entry;
  if (keyTag === "!!str") return entry;
  return { ...entry, key: String(resolveScalar(key, "PLAIN", undefined, "configuration").value), keyTag: "!!str" };
}

function conformFields(node: Mapping, shape: Fields, path: string): Mapping {
  const entries = lastOfEach(node.entries).flatMap((entry): readonly Entry[] => {
    const key = properName(shape.fields, entry.key);
    const field = key === undefined ? undefined : shape.fields[key];
    if (key === undefined || field === undefined) {
      if (shape.isOpen) return [];
      refuse("UNKNOWN_FIELD", `invalid Kustomization: unknown field "${entry.key}"`, {
        ...node,
        start: entry.keyStart,
      });
    }
    if (isNull(entry.value)) return [];
    return [{ ...entry, key, value: conform(entry.value, field, path === "" ? key : `${path}.${key}`) }];
  });
  return { ...node, entries: lastOfEach(entries) };
}

function properName(fields: Fields["fields"], key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(fields).find((name) => name.toLowerCase() === folded);
}

function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return byKey.size === entries.length ? entries : [...byKey.values()];
}

const TAGS = {
  text: ["!!str", "!!timestamp", "!!binary"],
  boolean: ["!!bool"],
  integer: ["!!int", "!!float"],
} as const;
const NAMES = { text: "a string", boolean: "true or false", integer: "a whole number" } as const;

function conformScalar(node: Node, shape: "text" | "boolean" | "integer" | "anything", path: string): Node {
  if (shape === "anything") return node;
  if (node.kind !== "scalar") return wrongType(node, NAMES[shape], path);
  const { tag, value } = readConfiguration(node);
  if (!TAGS[shape].some((allowed) => allowed === tag)) return wrongType(node, NAMES[shape], path);
  if (shape === "integer" && !Number.isInteger(value)) return wrongType(node, NAMES[shape], path);
  return {
    ...node,
    text: String(value),
    tag: shape === "text" ? "!!str" : tag,
    style: shape === "text" ? node.style : "PLAIN",
  };
}

/** What a scalar of a kustomization.yaml means, whose plain `yes` and `on` are booleans. */
export function readConfiguration(scalar: Scalar): ResolvedScalar {
  const { text, style, tag } = scalar;
  if (tag === "!!null") return { tag, value: null };
  const written = tag === plainTag(text) ? undefined : tag;
  return style === "PLAIN" ? resolveScalar(text, style, written, "configuration") : { tag: "!!str", value: text };
}

function emptyText(node: Scalar): Scalar {
  return { ...node, text: "", tag: "!!str", style: "QUOTE_DOUBLE" };
}

function wrongType(node: Node, expected: string, path: string): never {
  const found = node.kind === "scalar" ? `\`${node.text}\`` : `a ${node.kind}`;
  return refuse("WRONG_TYPE", `invalid Kustomization: expected ${expected} in "${path}", found ${found}`, node);
}
