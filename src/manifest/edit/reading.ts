import type { Json, JsonMap } from "../../signal/object.ts";
import { isList, isMap } from "../json.ts";
import { resolveScalar } from "../yaml/scalar.ts";
import { childrenOf, type Written, type WrittenAlias, type WrittenMap } from "./written.ts";

/** The key whose value stands for the entries of other maps. */
export const MERGE_KEY = "<<";

/** The value of a document as Kubernetes reads it, aliases and merge keys put in place; undefined where that grows without end. */
export function readValue(node: Written, document: Written): Json | undefined {
  const reader = new ValueReader(document);
  const value = reader.read(node);
  return reader.isExhausted ? undefined : value;
}

/**
 * The value of a document with each alias left as it is written, so that two documents can be compared without
 * following any; keys that stand twice are told apart, and numbers keep all their digits.
 */
export function literalValue(node: Written): Json {
  switch (node.kind) {
    case "alias":
      return { alias: node.name };
    case "list":
      return node.items.map(({ value }) => literalValue(value));
    case "map":
      return literalMap(node);
    case "scalar": {
      const { value, digits, tag } = resolveScalar(node.text, node.style, node.tag);
      return digits === undefined && tag.startsWith("!!") ? value : { tag, value: digits ?? value };
    }
  }
}

function literalMap(map: WrittenMap): Json {
  const seen = new Map<string, number>();
  const entries = map.entries.map(({ key, value }) => {
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return [times === 1 ? key : `${key}\u0000${times}`, literalValue(value)] as const;
  });
  return Object.fromEntries(entries);
}

// More than any document that people write by hand comes to, and little enough to be compared at once.
const MOST_NODES = 200_000;

class ValueReader {
  readonly #anchored: readonly Written[];
  readonly #open = new Set<Written>();
  #left = MOST_NODES;

  constructor(document: Written) {
    this.#anchored = anchoredIn(document);
  }

  get isExhausted(): boolean {
    return this.#left < 0;
  }

  read(node: Written): Json {
    if (--this.#left < 0) return null;
    if (node.kind === "alias") return this.#alias(node);
    if (node.kind === "list") return node.items.map(({ value }) => this.read(value));
    return node.kind === "map" ? this.#map(node) : resolveScalar(node.text, node.style, node.tag).value;
  }

  #alias(alias: WrittenAlias): Json {
    const anchored = this.#anchored.findLast(({ anchor, start }) => anchor === alias.name && start < alias.start);
    // What contains itself has no end.
    if (anchored === undefined || this.#open.has(anchored)) this.#left = -1;
    if (anchored === undefined || this.#left < 0) return null;
    this.#open.add(anchored);
    const value = this.read(anchored);
    this.#open.delete(anchored);
    return value;
  }

  #map(map: WrittenMap): Json {
    const merged = map.entries.filter(({ key }) => key === MERGE_KEY).flatMap(({ value }) => this.#merged(value));
    const own = map.entries.filter(({ key }) => key !== MERGE_KEY);
    const inherited = merged.reverse().flatMap((source) => Object.entries(source));
    return Object.fromEntries([...inherited, ...own.map(({ key, value }) => [key, this.read(value)] as const)]);
  }

  #merged(value: Written): JsonMap[] {
    const read = this.read(value);
    const sources = isList(read) ? read : [read];
    return sources.filter((source) => isMap(source));
  }
}

// In the order in which they are written.
function anchoredIn(node: Written): readonly Written[] {
  const below = childrenOf(node).flatMap(anchoredIn);
  return node.anchor === undefined ? below : [node, ...below];
}
