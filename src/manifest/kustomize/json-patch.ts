import {
  asWay,
  fieldOf,
  inFrontOf,
  isNull,
  type Mapping,
  type Node,
  type Place,
  type Scalar,
  scalarAt,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { throughJson } from "../yaml/through-json.ts";
import { findFlaw, jsonOf } from "../yaml/value.ts";
import { refuse } from "./refused.ts";
import { readConfiguration, withTextKey } from "./shape.ts";

/** One step of a JSON 6902 patch. */
export type Operation = {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: Node | undefined;
  readonly place: Place;
};

/** The operations of a patch, or undefined where the node is no list of them. */
export function readOperations(node: Node): readonly Operation[] | undefined {
  if (node.kind !== "list" || node.items.some((item) => item.kind !== "map" && !isNull(item))) return undefined;
  return node.items.map((item) => {
    const value = fieldOf(item, "value");
    return {
      op: texts(item, "op") ?? "unknown",
      path: texts(item, "path"),
      from: texts(item, "from"),
      value: value === undefined ? undefined : throughJson(asConfiguration(value)),
      place: item,
    };
  });
}

function texts(item: Node, key: string): string | undefined {
  const value = fieldOf(item, key);
  if (value?.kind !== "scalar") return undefined;
  const read = readConfiguration(value);
  return typeof read.value === "string" ? read.value : undefined;
}

// A patch is read with the rules for configuration, where a plain `yes` is a boolean.
function asConfiguration(node: Node): Node {
  const { source } = asWay(node, "json-patch");
  if (node.kind === "list") return { ...node, source, items: node.items.map(asConfiguration) };
  if (node.kind === "map") {
    const entries = node.entries.map((entry) => ({ ...withTextKey(entry), value: asConfiguration(entry.value) }));
    return { ...node, source, entries };
  }
  return { ...configurationScalar(node), source };
}

function configurationScalar(scalar: Scalar): Scalar {
  const { tag, value } = readConfiguration(scalar);
  if (tag === "!!bool") return scalarAt(scalar, String(value), tag, "PLAIN");
  return tag === "!!timestamp" ? scalarAt(scalar, scalar.text, "!!str", "QUOTE_DOUBLE") : scalar;
}

/** The object after the operations, one after the other; one that does not apply is refused. */
export function applyOperations(object: Mapping, operations: readonly Operation[]): Mapping {
  const flaw = findFlaw(object);
  if (flaw !== undefined) refuse(flaw.code, flaw.message, { ...flaw.node, start: flaw.at });
  let document: Node = throughJson(object);
  for (const operation of operations) document = apply(document, operation);
  if (document.kind !== "map") return refuse("BAD_PATCH", "a JSON patch must leave a map", operations[0]?.place);
  return document;
}

function apply(document: Node, operation: Operation): Node {
  const { op, place } = operation;
  const path = operation.path ?? refuse("BAD_PATCH", `${op} operation failed to decode path`, place);
  switch (op) {
    case "add":
      return change(document, path, operation, (parent, key) => add(parent, key, valueIn(operation), operation));
    case "remove":
      return change(document, path, operation, (parent, key) => remove(parent, key, operation));
    case "replace":
      return path === "" ? valueIn(operation) : change(document, path, operation, replaceWith(operation));
    case "test":
      return test(document, path, operation);
    case "move":
    case "copy":
      return transfer(document, path, operation);
    default:
      return refuse("BAD_PATCH", `Unexpected kind: ${op}`, place);
  }
}

function valueIn({ value, place }: Operation): Node {
  return value ?? scalarAt(place, "null", "!!null", "PLAIN");
}

function replaceWith(operation: Operation): (parent: Node, key: string) => Node {
  return (parent, key) => {
    if (parent.kind !== "map") return set(parent, indexIn(parent, key, operation, 0), valueIn(operation));
    return withEntry(parent, key, inFrontOf(valueIn(operation), fieldOf(parent, key)));
  };
}

function transfer(document: Node, path: string, operation: Operation): Node {
  const from =
    operation.from ?? refuse("BAD_PATCH", `${operation.op} operation failed to decode from`, operation.place);
  const value = read(document, from, operation);
  const rest =
    operation.op === "move"
      ? change(document, from, operation, (parent, key) => remove(parent, key, operation))
      : document;
  return change(rest, path, operation, (parent, key) => add(parent, key, value, operation));
}

function test(document: Node, path: string, operation: Operation): Node {
  const found = path === "" ? document : read(document, path, operation);
  // Keys may stand in another order; numbers count, not how they are written.
  if (canonical(found) === canonical(valueIn(operation))) return document;
  return refuse("PATCH_TEST_FAILED", `testing value ${path} failed`, operation.place);
}

function canonical(node: Node): string {
  return JSON.stringify(jsonOf(node), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

type Change = (parent: Node, key: string) => Node;

function change(document: Node, path: string, operation: Operation, at: Change): Node {
  const steps = path.split("/").slice(1).map(unescaped);
  const key = steps.pop();
  if (key === undefined) return missing(path, operation);
  const walk = (node: Node, depth: number): Node => {
    if (node.kind === "scalar") return missing(path, operation);
    const step = steps[depth];
    if (step === undefined) return at(node, key);
    const child = childOf(node, step, operation);
    if (child === undefined) return missing(path, operation);
    const changed = walk(child, depth + 1);
    return node.kind === "map" ? withEntry(node, step, changed) : set(node, indexIn(node, step, operation, 0), changed);
  };
  return walk(document, 0);
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function read(document: Node, path: string, operation: Operation): Node {
  let found: Node | undefined;
  change(document, path, operation, (parent, key) => {
    found = childOf(parent, key, operation);
    return parent;
  });
  return found ?? scalarAt(operation.place, "null", "!!null", "PLAIN");
}

function childOf(node: Node, step: string, operation: Operation): Node | undefined {
  if (node.kind === "map") return fieldOf(node, step);
  return node.kind === "list" ? node.items[indexIn(node, step, operation, 0)] : undefined;
}

function missing(path: string, { op, place }: Operation): never {
  return refuse("PATCH_PATH_MISSING", `${op} operation does not apply: doc is missing path: "${path}"`, place);
}

function add(parent: Node, key: string, value: Node, operation: Operation): Node {
  if (parent.kind === "map") return withEntry(parent, key, inFrontOf(value, fieldOf(parent, key)));
  if (parent.kind !== "list") return missing(key, operation);
  const index = key === "-" ? parent.items.length : indexIn(parent, key, operation, 1);
  return { ...parent, items: parent.items.toSpliced(index, 0, value) };
}

function remove(parent: Node, key: string, operation: Operation): Node {
  if (parent.kind === "list") {
    return { ...parent, items: parent.items.toSpliced(indexIn(parent, key, operation, 0), 1) };
  }
  if (parent.kind !== "map" || fieldOf(parent, key) === undefined) {
    return refuse("PATCH_PATH_MISSING", `Unable to remove nonexistent key: ${key}`, operation.place);
  }
  return withoutEntry(parent, key);
}

function set(list: Node, index: number, value: Node): Node {
  if (list.kind !== "list") return list;
  return { ...list, items: list.items.with(index, inFrontOf(value, list.items[index])) };
}

// An index below zero counts from the end; `beyond` is 1 where the place after the last item counts too.
function indexIn(list: Node, key: string, { place }: Operation, beyond: 0 | 1): number {
  const size = list.kind === "list" ? list.items.length + beyond : 0;
  if (!/^[-+]?[0-9]+$/.test(key)) refuse("BAD_PATCH", `value was not a proper array index: '${key}'`, place);
  const index = Number(key);
  if (index >= size || index < -size) refuse("BAD_PATCH", `Unable to access invalid index: ${index}`, place);
  return index < 0 ? index + size : index;
}
