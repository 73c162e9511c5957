import {
  fieldOf,
  inFrontOf,
  isNull,
  type Mapping,
  mapChildren,
  mappingAt,
  type Node,
  type Place,
  type Scalar,
  scalarAt,
  sequenceAt,
  withEntry,
} from "../yaml/node.ts";
import { plainTag, type ScalarStyle } from "../yaml/scalar.ts";
import type { FieldSpec } from "./field-spec.ts";
import { gvkOf } from "./id.ts";
import { refuse } from "./refused.ts";

/**
 * A text to be written into an object. `tag` says what it is, or is empty where the text alone decides.
 */
export type NewText = { readonly text: string; readonly tag: string; readonly place: Place; readonly shared?: object };

/** The scalar with a new text; its quotes stay as they are. */
export function replaceText(old: Scalar, { text, tag, place }: NewText): Scalar {
  const scalar = inFrontOf(scalarAt(place, text, tag, styleOf(old)), old);
  return old.shared === undefined ? scalar : { ...scalar, shared: old.shared };
}

/** The node with a new text; only a scalar can have one. */
export function writeText(node: Node, text: NewText): Scalar {
  if (node.kind === "scalar") return replaceText(node, text);
  return refuse("WRONG_TYPE", `wrong node kind: expected ScalarNode, found a ${node.kind}`, node);
}

/** The mapping with a text under a key: written over what is there, or added. */
export function setText(map: Mapping, key: string, text: NewText): Mapping {
  const scalar = freshScalar(text);
  return withPlainKey(map, key, overwrite(fieldOf(map, key), scalar));
}

/** The node as it is written over another one: the older one's quotes and company stay. */
export function overwrite(old: Node | undefined, node: Node): Node {
  if (old === undefined || old === node) return node;
  if (node.kind !== "scalar") return inFrontOf(node, old);
  const scalar = inFrontOf(scalarAt(node, node.text, node.tag, styleOf(old)), old);
  return old.kind === "scalar" && old.shared !== undefined ? { ...scalar, shared: old.shared } : scalar;
}

// A null has no quotes to keep.
function styleOf(old: Node): ScalarStyle {
  return old.kind === "scalar" && !isNull(old) ? old.style : "PLAIN";
}

function freshScalar({ text, tag, place, shared }: NewText): Scalar {
  // What older readers would not take for a text is quoted.
  const isText = (tag === "!!str" || tag === "") && text !== "" && !text.includes("\n");
  const isQuoted = isText && plainTag(text, "configuration") !== "!!str";
  const scalar = scalarAt(place, text, tag, isQuoted ? "QUOTE_DOUBLE" : "PLAIN");
  return shared === undefined ? scalar : { ...scalar, shared };
}

// kustomize adds a key without quotes, and what then reads as a number or a truth is refused when it is printed.
function withPlainKey(map: Mapping, key: string, value: Node): Mapping {
  return withEntry(map, key, value, plainTag(key, "configuration"));
}

/** What a field that is missing is created as. */
export type Creation = { readonly kind: Node["kind"]; readonly place: Place };

/** An empty node of a kind. */
export function emptyNode({ kind, place }: Creation): Node {
  if (kind === "map") return mappingAt(place, []);
  return kind === "list" ? sequenceAt(place, []) : scalarAt(place, "", "", "PLAIN");
}

/** Changes the nodes that a field specification reaches in an object of its kind; others stay the same node. */
export function changeFields(
  object: Mapping,
  spec: FieldSpec,
  change: (node: Node) => Node,
  create?: Creation,
): Mapping {
  const { group, version, kind } = gvkOf(object);
  if (spec.kind !== "" && spec.kind !== kind) return object;
  if ((spec.group !== "" && spec.group !== group) || (spec.version !== "" && spec.version !== version)) return object;
  return changePath(object, spec, change, spec.create ? create : undefined);
}

/** Changes the nodes that a path leads to, whatever the object's kind. */
export function changePath(object: Mapping, spec: FieldSpec, change: (node: Node) => Node, create?: Creation): Mapping {
  return walkPath(object, 0, { spec, change, create }) as Mapping;
}

type Walk = {
  readonly spec: FieldSpec;
  readonly change: (node: Node) => Node;
  readonly create: Creation | undefined;
};

function walkPath(node: Node, depth: number, walk: Walk): Node {
  if (depth === walk.spec.steps.length) return walk.change(node);
  if (isNull(node)) return node;
  if (node.kind === "list") return mapChildren(node, (item) => walkPath(item, depth, walk));
  if (node.kind === "map") return walkMap(node, depth, walk);
  return refuse(
    "WRONG_TYPE",
    `considering field '${walk.spec.path}': expected sequence or mapping node, found \`${node.text}\``,
    node,
  );
}

function walkMap(map: Mapping, depth: number, walk: Walk): Mapping {
  const step = walk.spec.steps[depth] ?? "";
  const isList = step.endsWith("[]");
  const key = (isList ? step.slice(0, -2) : step).trim();
  if (key === "") refuse("WRONG_TYPE", "cannot set or create an empty field name", map);
  const creation = isList ? undefined : creationAt(depth, walk);
  let field = fieldOf(map, key);
  if (field === undefined) {
    if (creation === undefined) return map;
    field = emptyNode(creation);
  } else if (isNull(field) && (isList || creation !== undefined)) {
    field = emptyNode({ kind: isList ? "list" : (creation?.kind ?? "map"), place: field });
  }
  return withPlainKey(map, key, walkPath(field, depth + 1, walk));
}

function creationAt(depth: number, { create, spec }: Walk): Creation | undefined {
  return create === undefined || depth === spec.steps.length - 1 ? create : { kind: "map", place: create.place };
}
