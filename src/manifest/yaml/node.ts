import type { OriginWay } from "../origin.ts";
import type { ScalarStyle } from "./scalar.ts";

/** Where the bytes of a node are, and what they replaced. Every node is a place. */
export type Place = {
  readonly source: Source;
  /** Byte offsets in the source's file. */
  readonly start: number;
  readonly end: number;
  readonly behind: Place | undefined;
};

/** The file a document was read from and the part it plays; all nodes of the document share it. */
export type Source = { readonly file: string; readonly way: OriginWay };

/** A scalar as it is written: what it means is decided by its tag, its style and its text together (`value.ts`). */
export type Scalar = Place & {
  readonly kind: "scalar";
  readonly text: string;
  /** Short form; empty where only the text decides. */
  readonly tag: string;
  readonly style: ScalarStyle;
  /** The same for scalars of one object that kustomize holds as one: what is written over one is written over all. */
  readonly shared?: object;
};

/** A mapping. A key may stand twice: that is only refused when the object is printed. */
export type Mapping = Place & { readonly kind: "map"; readonly entries: readonly Entry[] };

/** A key of a mapping with its value. Keys that are no strings keep their tag. */
export type Entry = { readonly key: string; readonly keyTag: string; readonly keyStart: number; readonly value: Node };

/** A sequence. */
export type Sequence = Place & { readonly kind: "list"; readonly items: readonly Node[] };

/**
 * A node of a document. Nodes never change: a step that sets a field makes new nodes along the path to it and shares
 * the rest, so an unchanged part of two renderings is the same node.
 */
export type Node = Scalar | Mapping | Sequence;

/** A scalar at a place. */
export function scalarAt(place: Place, text: string, tag: string, style: ScalarStyle): Scalar {
  const { source, start, end, behind } = place;
  return { kind: "scalar", text, tag, style, source, start, end, behind };
}

/** A mapping at a place. */
export function mappingAt(place: Place, entries: readonly Entry[]): Mapping {
  const { source, start, end, behind } = place;
  return { kind: "map", entries, source, start, end, behind };
}

/** A sequence at a place. */
export function sequenceAt(place: Place, items: readonly Node[]): Sequence {
  const { source, start, end, behind } = place;
  return { kind: "list", items, source, start, end, behind };
}

/** The node as it came to stand where `old` stood; one that was made from the old node stays where it was. */
export function inFrontOf<T extends Node>(node: T, old: Place | undefined): T {
  if (old === undefined) return node;
  if (isSamePlace(node, old)) return node.behind === old.behind ? node : { ...node, behind: node.behind ?? old.behind };
  return { ...node, behind: node.behind === undefined ? old : underneath(node.behind, old) };
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.start === b.start && a.end === b.end && a.source === b.source;
}

function underneath(place: Place, old: Place): Place {
  const { source, start, end, behind } = place;
  return { source, start, end, behind: behind === undefined ? old : underneath(behind, old) };
}

/** Whether the node is a null, written or empty. */
export function isNull(node: Node): boolean {
  return node.kind === "scalar" && node.tag === "!!null";
}

/** Whether nothing is there: no node, a null, an empty mapping or an empty sequence. */
export function isBlank(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === "scalar") return node.tag === "!!null";
  return node.kind === "map" ? node.entries.length === 0 : node.items.length === 0;
}

/** The text of a scalar; empty for anything else, as for what is not there. */
export function textOf(node: Node | undefined): string {
  return node?.kind === "scalar" ? node.text : "";
}

/** The scalars among the items of a list; none where the node is no list. */
export function scalarsOf(node: Node | undefined): readonly Scalar[] {
  return node?.kind === "list" ? node.items.filter((item) => item.kind === "scalar") : [];
}

/** The value of the first entry with this key, or undefined where the node is no mapping or has no such key. */
export function fieldOf(node: Node | undefined, key: string): Node | undefined {
  if (node?.kind !== "map") return undefined;
  for (const entry of node.entries) if (entry.key === key) return entry.value;
  return undefined;
}

/** The node at the end of a path of keys. */
export function nodeAt(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let found = node;
  for (const key of path) found = fieldOf(found, key);
  return found;
}

/** The mapping with the first entry of this key set, or with the entry added at the end, its key tagged as told. */
export function withEntry(map: Mapping, key: string, value: Node, keyTag = "!!str"): Mapping {
  const index = map.entries.findIndex((entry) => entry.key === key);
  const old = map.entries[index];
  if (old === undefined) return { ...map, entries: [...map.entries, { key, keyTag, keyStart: value.start, value }] };
  if (old.value === value) return map;
  return { ...map, entries: map.entries.with(index, { ...old, value }) };
}

/** The mapping without the first entry of this key. */
export function withoutEntry(map: Mapping, key: string): Mapping {
  const index = map.entries.findIndex((entry) => entry.key === key);
  return index < 0 ? map : { ...map, entries: map.entries.toSpliced(index, 1) };
}

/** The sequence or the mapping with each value replaced by what `change` makes of it; the same node where nothing changed. */
export function mapChildren<T extends Mapping | Sequence>(node: T, change: (child: Node) => Node): T;
export function mapChildren(node: Mapping | Sequence, change: (child: Node) => Node): Mapping | Sequence {
  let changed = false;
  const note = (child: Node): Node => {
    const after = change(child);
    changed ||= after !== child;
    return after;
  };
  if (node.kind === "list") {
    const items = node.items.map(note);
    return changed ? { ...node, items } : node;
  }
  const entries = node.entries.map((entry) => {
    const value = note(entry.value);
    return value === entry.value ? entry : { ...entry, value };
  });
  return changed ? { ...node, entries } : node;
}

const waysOf = new WeakMap<Source, Map<OriginWay, Source>>();

/** The same bytes in another part: what stands in a kustomization.yaml sets a field as an images entry, a prefix, … */
export function asWay(place: Place, way: OriginWay): Place {
  const ways = waysOf.get(place.source) ?? new Map<OriginWay, Source>([[place.source.way, place.source]]);
  const source = ways.get(way) ?? { file: place.source.file, way };
  waysOf.set(place.source, ways.set(way, source));
  return { source, start: place.start, end: place.end, behind: place.behind };
}
