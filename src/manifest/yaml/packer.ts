import { interned } from "./interned.ts";
import type { Entry, Mapping, Node, Place, Sequence, Source } from "./node.ts";
import { type Around, HEAD, KINDS, NOTHING_AROUND, Pack, STYLES } from "./pack.ts";

/** Writes nodes one after the other; texts and sources are listed once. */
export class Packer {
  #bytes = new Uint8Array(2 ** 14);
  #size = 0;
  readonly #texts = new Map<string, number>();
  readonly #sources = new Map<Source, number>();

  /** Adds an object and tells where it begins. */
  add(object: Mapping): number {
    const at = this.#size;
    this.#node(object, NOTHING_AROUND);
    return at;
  }

  /** Everything that was added. */
  pack(): Pack {
    return new Pack(this.#bytes.slice(0, this.#size), [...this.#texts.keys()].map(interned), [...this.#sources.keys()]);
  }

  #node(node: Node, around: Around): void {
    const { source, start, end, behind } = node;
    const isElsewhere = source !== around.source;
    const style = node.kind === "scalar" ? STYLES.indexOf(node.style) : 0;
    const flags = (isElsewhere ? HEAD.otherSource : 0) + (behind === undefined ? 0 : HEAD.hasBehind);
    this.#byte(KINDS.indexOf(node.kind) + flags + style * HEAD.style);
    if (isElsewhere) this.#number(indexOf(this.#sources, source));
    this.#signed(start - around.start);
    this.#signed(end - start);
    if (behind !== undefined) this.#place(behind);
    if (node.kind === "scalar") {
      this.#text(node.text);
      this.#text(node.tag);
    } else this.#content(node);
  }

  #content(node: Mapping | Sequence): void {
    if (node.kind === "list") {
      this.#number(node.items.length);
      for (const item of node.items) this.#node(item, node);
    } else {
      this.#number(node.entries.length);
      for (const entry of node.entries) this.#entry(entry, node);
    }
  }

  #entry({ key, keyTag, keyStart, value }: Entry, map: Mapping): void {
    this.#text(key);
    this.#text(keyTag);
    this.#signed(keyStart - map.start);
    this.#node(value, map);
  }

  #place({ source, start, end, behind }: Place): void {
    this.#byte(behind === undefined ? 0 : HEAD.hasBehind);
    this.#number(indexOf(this.#sources, source));
    this.#signed(start);
    this.#signed(end - start);
    if (behind !== undefined) this.#place(behind);
  }

  #text(text: string): void {
    this.#number(indexOf(this.#texts, text));
  }

  #signed(value: number): void {
    this.#number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  // Seven bits a byte, the lowest first; the eighth tells that there are more.
  #number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    if (this.#size === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#size++] = value;
  }
}

function indexOf<T>(all: Map<T, number>, one: T): number {
  const index = all.get(one) ?? all.size;
  all.set(one, index);
  return index;
}
