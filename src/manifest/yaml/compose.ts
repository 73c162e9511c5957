import { Malformed } from "./cursor.ts";
import { readDirectives, TagHandles } from "./directives.ts";
import { withMerged } from "./merge-key.ts";
import {
  type Entry,
  type Mapping,
  mappingAt,
  type Node,
  type Place,
  type Scalar,
  scalarAt,
  sequenceAt,
} from "./node.ts";
import { plainTag, shortTag } from "./scalar.ts";
import { Scanner } from "./scan.ts";
import type { Text } from "./text.ts";
import { malformed, type Token, type TokenKind } from "./token.ts";

// Beyond this an expansion of aliases is an attack, not a manifest (go-yaml counts likewise).
const MOST_ALIASED_NODES = 1_000_000;
// Manifests are a dozen levels deep; what is walked later must not overflow the stack.
const DEEPEST = 1_000;
/** An anchored node, and how many nodes an alias to it stands for. */
type Anchored = { readonly node: Node; readonly size: number };

/** The tag and the anchor that stand before a node. */
type Properties = { readonly start: number; readonly tag: string | undefined; readonly anchor: string | undefined };

/**
 * Reads the first document of a text, aliases and merge keys put in place; undefined where there is none. Throws
 * Malformed where libyaml would refuse it.
 */
export function composeFirst(text: Text): Node | undefined {
  return new Composer(text).document();
}

class Composer {
  readonly #text: Text;
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, Anchored>();
  #tags = new TagHandles();
  #size = 0;
  #depth = 0;
  #flowDepth = 0;

  constructor(text: Text) {
    this.#text = text;
    this.#scanner = new Scanner(text.text);
  }

  document(): Node | undefined {
    const first = this.#peek();
    if (first.kind === "stream-end") return undefined;
    const isExplicit = isOneOf(first, "version", "tag-directive", "document-start");
    if (isExplicit) this.#tags = readDirectives(this.#scanner);
    const token = this.#peek();
    const isEmpty = isOneOf(token, "version", "tag-directive", "document-start", "document-end", "stream-end");
    if (isExplicit && isEmpty) return undefined;
    const node = this.#node(true, false);
    // What follows is not read, but a line that cannot be read at all spoils the document before it.
    this.#peek();
    return node;
  }

  #peek(): Token {
    return this.#scanner.peek();
  }

  #node(isBlock: boolean, allowsBareList: boolean): Node {
    const token = this.#peek();
    if (token.kind === "alias") return this.#alias(this.#scanner.next());
    if (++this.#depth > DEEPEST) throw new Malformed("TOO_DEEP", `exceeded max depth of ${DEEPEST}`, token.start);
    const before = this.#size++;
    const properties = this.#properties();
    const node = this.#content(properties, isBlock, allowsBareList);
    this.#depth--;
    if (properties.anchor !== undefined) this.#anchors.set(properties.anchor, { node, size: this.#size - before });
    return node;
  }

  #properties(): Properties {
    const { start } = this.#peek();
    let tag: string | undefined;
    let anchor: string | undefined;
    // Each may stand once, in any order.
    for (let token = this.#peek(); ; token = this.#peek()) {
      if (token.kind === "tag" && tag === undefined) tag = this.#tags.resolve(token, start);
      else if (token.kind === "anchor" && anchor === undefined) anchor = token.text;
      else return { start, tag, anchor };
      this.#scanner.next();
    }
  }

  #content(properties: Properties, isBlock: boolean, allowsBareList: boolean): Node {
    const token = this.#peek();
    if (token.kind === "block-entry" && allowsBareList) return this.#bareList();
    if (token.kind === "scalar") return this.#scalar(this.#scanner.next(), properties.tag);
    if (token.kind === "flow-list") return this.#flowList();
    if (token.kind === "flow-map") return this.#flowMap();
    if (isBlock && token.kind === "block-list") return this.#blockList();
    if (isBlock && token.kind === "block-map") return this.#blockMap();
    if (properties.tag !== undefined || properties.anchor !== undefined)
      return this.#empty(token.start, properties.tag);
    throw malformed("did not find expected node content", token);
  }

  #place(start: number, end: number): Place {
    return { source: this.#text.source, ...this.#text.span(start, end), behind: undefined };
  }

  #scalar({ text, style, start, end }: Token, tag?: string): Scalar {
    const place = this.#place(start, end);
    const own = shortTag(tag);
    // What carries a tag of its own means what the tag says, however it is quoted.
    if (own !== "") return scalarAt(place, text, own, "PLAIN");
    return scalarAt(place, text, style === "PLAIN" ? plainTag(text) : "!!str", style);
  }

  #empty(at: number, tag?: string): Scalar {
    const own = shortTag(tag);
    // Nothing can stand within brackets but as '', which is what kustomize makes of it when it prints.
    const style = this.#flowDepth > 0 && own === "" ? "QUOTE_SINGLE" : "PLAIN";
    return scalarAt(this.#place(at, at), "", own || "!!null", style);
  }

  #alias({ text, start }: Token): Node {
    const anchored = this.#anchors.get(text);
    if (anchored === undefined) throw new Malformed("MALFORMED_YAML", `unknown anchor '${text}' referenced`, start);
    this.#size += anchored.size;
    if (this.#size > MOST_ALIASED_NODES) {
      throw new Malformed("ALIAS_BOMB", "document contains excessive aliasing", start);
    }
    return anchored.node;
  }

  #blockList(): Node {
    const { start } = this.#scanner.next();
    const items: Node[] = [];
    while (this.#peek().kind === "block-entry") items.push(this.#entryItem("block-entry", "block-end"));
    const end = this.#scanner.next();
    if (end.kind !== "block-end") throw malformed("did not find expected '-' indicator", end);
    return this.#list(start, items);
  }

  // A list that stands as deep as the key it belongs to has no end of its own.
  #bareList(): Node {
    const { start } = this.#peek();
    const items: Node[] = [];
    while (this.#peek().kind === "block-entry") items.push(this.#entryItem("block-entry", "key", "value", "block-end"));
    return this.#list(start, items);
  }

  #entryItem(...ends: readonly TokenKind[]): Node {
    const { end } = this.#scanner.next();
    return isOneOf(this.#peek(), ...ends) ? this.#empty(end) : this.#node(true, false);
  }

  #list(start: number, items: readonly Node[]): Node {
    const place = this.#place(start, start);
    return sequenceAt({ ...place, end: Math.max(place.end, items.at(-1)?.end ?? 0) }, items);
  }

  #blockMap(): Mapping {
    const { start } = this.#scanner.next();
    const entries: Entry[] = [];
    while (this.#peek().kind === "key") {
      const token = this.#scanner.next();
      const key = this.#part(token);
      const value = this.#peek();
      const node = value.kind === "value" ? this.#part(this.#scanner.next()) : this.#empty(value.start);
      entries.push(entryOf(key, node, token));
    }
    const end = this.#scanner.next();
    if (end.kind !== "block-end") throw malformed("did not find expected key", end);
    const place = this.#place(start, start);
    return withMerged(
      mappingAt({ ...place, end: Math.max(place.end, entries.at(-1)?.value.end ?? 0) }, entries),
      start,
    );
  }

  // A key or a value of a block; both may be missing.
  #part({ end }: Token): Node {
    return isOneOf(this.#peek(), "key", "value", "block-end") ? this.#empty(end) : this.#node(true, true);
  }

  #flowList(): Node {
    const { start } = this.#scanner.next();
    const items: Node[] = [];
    this.#flowDepth++;
    while (this.#peek().kind !== "flow-list-end") {
      if (items.length > 0) this.#separator("did not find expected ',' or ']'");
      if (this.#peek().kind === "flow-list-end") break;
      items.push(this.#peek().kind === "key" ? this.#flowPair() : this.#node(false, false));
    }
    this.#flowDepth--;
    return sequenceAt(this.#place(start, this.#scanner.next().end), items);
  }

  // `[a: b]` holds a map of one entry.
  #flowPair(): Mapping {
    const { start } = this.#peek();
    const entry = this.#flowEntry("flow-list-end");
    const place = this.#place(start, start);
    return withMerged(mappingAt({ ...place, end: entry.value.end }, [entry]), start);
  }

  #flowMap(): Mapping {
    const { start } = this.#scanner.next();
    const entries: Entry[] = [];
    this.#flowDepth++;
    while (this.#peek().kind !== "flow-map-end") {
      if (entries.length > 0) this.#separator("did not find expected ',' or '}'");
      const token = this.#peek();
      if (token.kind === "flow-map-end") break;
      if (token.kind === "key") entries.push(this.#flowEntry("flow-map-end"));
      else entries.push(entryOf(this.#node(false, false), this.#empty(this.#peek().start), token));
    }
    this.#flowDepth--;
    return withMerged(mappingAt(this.#place(start, this.#scanner.next().end), entries), start);
  }

  #separator(message: string): void {
    const token = this.#peek();
    if (token.kind !== "flow-entry") throw malformed(message, token);
    this.#scanner.next();
  }

  #flowEntry(closing: TokenKind): Entry {
    this.#scanner.next();
    const keyToken = this.#peek();
    const key = isOneOf(keyToken, "value", "flow-entry", closing)
      ? this.#empty(keyToken.start)
      : this.#node(false, false);
    if (this.#peek().kind !== "value") return entryOf(key, this.#empty(this.#peek().start), keyToken);
    const { end } = this.#scanner.next();
    const isEmpty = isOneOf(this.#peek(), "flow-entry", closing);
    return entryOf(key, isEmpty ? this.#empty(end) : this.#node(false, false), keyToken);
  }
}

function isOneOf({ kind }: Token, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(kind);
}

function entryOf(key: Node, value: Node, token: Token): Entry {
  if (key.kind === "scalar") return { key: key.text, keyTag: key.tag, keyStart: key.start, value };
  throw malformed("expected a key that is a scalar", token);
}
