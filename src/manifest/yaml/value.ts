import type { Json } from "../../signal/object.ts";
import type { Mapping, Node, Scalar } from "./node.ts";
import { refolded } from "./refold.ts";
import { plainTag, type ResolvedScalar, resolveScalar } from "./scalar.ts";

/** Why a node has no JSON value, and where. */
export type ValueFlaw = { readonly code: string; readonly message: string; readonly node: Node; readonly at: number };

/**
 * What a scalar means once it is written out and read again, which is how kustomize prints: a tag says something new
 * only where the text alone would be taken for something else, and quotes make a text of what has no such tag.
 */
export function resolveNode(scalar: Scalar): ResolvedScalar {
  const { tag, text, style } = scalar;
  if (style === "BLOCK_FOLDED" && (tag === "!!str" || tag === "")) return { tag: "!!str", value: refolded(text) };
  if (tag === "!!str") return { tag, value: text };
  if (tag === "" || tag === plainTag(text)) return resolveScalar(text, style);
  return resolveScalar(text, "PLAIN", tag);
}

/** The JSON value of a node. Duplicate keys, keys that are no strings and numbers without end have none. */
export function jsonOf(node: Node): Json {
  if (node.kind === "scalar") return resolveNode(node).value;
  if (node.kind === "list") return node.items.map(jsonOf);
  const value: Record<string, Json> = {};
  for (const entry of node.entries) define(value, entry.key, jsonOf(entry.value));
  return value;
}

// Assigning `__proto__` would change the object's prototype instead of adding a key.
function define(target: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

// Characters that JSON leaves as they are and YAML does not read: kustomize prints by writing JSON and reading it as YAML.
const UNREADABLE = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;
const NO_CONTROLS = "control characters are not allowed";

/** The first reason why a node has no JSON value, or undefined where it has one. */
export function findFlaw(node: Node, isRoot = true): ValueFlaw | undefined {
  if (node.kind === "scalar") {
    const { flaw, value } = resolveNode(node);
    const message = flaw ?? (typeof value === "string" && UNREADABLE.test(value) ? NO_CONTROLS : undefined);
    return message === undefined ? undefined : { code: "MALFORMED_YAML", message, node, at: node.start };
  }
  if (node.kind === "list") return firstFlaw(node.items);
  return keyFlaw(node, isRoot) ?? firstFlaw(node.entries.map(({ value }) => value));
}

function firstFlaw(nodes: readonly Node[]): ValueFlaw | undefined {
  for (const node of nodes) {
    const flaw = findFlaw(node, false);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function keyFlaw(map: Mapping, isRoot: boolean): ValueFlaw | undefined {
  const seen = new Set<string>();
  for (const { key, keyTag, keyStart, value } of map.entries) {
    // Only the topmost keys may be numbers: there the reader knows that it wants texts.
    if (!isRoot && keyTag !== "!!str" && keyTag !== "!!merge") {
      return {
        code: "MALFORMED_YAML",
        message: `expected keys that are strings, found ${key || "null"}`,
        node: value,
        at: keyStart,
      };
    }
    if (UNREADABLE.test(key)) return { code: "MALFORMED_YAML", message: NO_CONTROLS, node: value, at: keyStart };
    if (seen.has(key)) {
      return { code: "DUPLICATE_KEY", message: `mapping key "${key}" already defined`, node: value, at: keyStart };
    }
    seen.add(key);
  }
  return undefined;
}
