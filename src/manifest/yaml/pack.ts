import {
  type Entry,
  type Mapping,
  mappingAt,
  type Node,
  type Place,
  type Source,
  scalarAt,
  sequenceAt,
} from "./node.ts";
import type { ScalarStyle } from "./scalar.ts";

/** The kinds of nodes, by the numbers they have in a pack. */
export const KINDS = ["scalar", "map", "list"] as const;

/** The styles of scalars, by the numbers they have in a pack. */
export const STYLES: readonly ScalarStyle[] = [
  "PLAIN",
  "QUOTE_SINGLE",
  "QUOTE_DOUBLE",
  "BLOCK_LITERAL",
  "BLOCK_FOLDED",
];

/**
 * The first byte of a node: its kind, whether a number follows for a source that is not the surrounding node's, whether
 * a place that stands behind it follows, and the style of a scalar.
 */
export const HEAD = { kind: 3, otherSource: 4, hasBehind: 8, style: 16 } as const;

/** What a node's place is told relative to. */
export type Around = { readonly source: Source | undefined; readonly start: number };

/** Around an object is nothing. */
export const NOTHING_AROUND: Around = { source: undefined, start: 0 };

/** Nodes as bytes, and what they refer to. Nodes are made anew each time they are read. */
export class Pack {
  readonly #bytes: Uint8Array;
  readonly #texts: readonly string[];
  readonly #sources: readonly Source[];
  #at = 0;

  constructor(bytes: Uint8Array, texts: readonly string[], sources: readonly Source[]) {
    this.#bytes = bytes;
    this.#texts = texts;
    this.#sources = sources;
  }

  /** The object that begins there. */
  objectAt(at: number): Mapping {
    this.#at = at;
    return this.#node(NOTHING_AROUND) as Mapping;
  }

  #node(around: Around): Node {
    const head = this.#bytes[this.#at++] ?? 0;
    const source = (head & HEAD.otherSource) === 0 ? around.source : this.#sources[this.#number()];
    const start = around.start + this.#signed();
    const end = start + this.#signed();
    const behind = (head & HEAD.hasBehind) === 0 ? undefined : this.#place();
    const place: Place = { source: source as Source, start, end, behind };
    const kind = KINDS[head & HEAD.kind];
    if (kind === "map") return mappingAt(place, this.#entries(place));
    if (kind === "list") return sequenceAt(place, this.#items(place));
    const text = this.#text();
    return scalarAt(place, text, this.#text(), STYLES[Math.floor(head / HEAD.style)] as ScalarStyle);
  }

  #items(list: Place): readonly Node[] {
    return Array.from({ length: this.#number() }, () => this.#node(list));
  }

  #entries(map: Place): readonly Entry[] {
    return Array.from({ length: this.#number() }, () => this.#entry(map));
  }

  #entry(map: Place): Entry {
    const key = this.#text();
    const keyTag = this.#text();
    const keyStart = map.start + this.#signed();
    return { key, keyTag, keyStart, value: this.#node(map) };
  }

  #place(): Place {
    const head = this.#bytes[this.#at++] ?? 0;
    const source = this.#sources[this.#number()] as Source;
    const start = this.#signed();
    const end = start + this.#signed();
    return { source, start, end, behind: head === 0 ? undefined : this.#place() };
  }

  #text(): string {
    return this.#texts[this.#number()] ?? "";
  }

  #signed(): number {
    const value = this.#number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}
