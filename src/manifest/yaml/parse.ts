import type { Document, ParsedNode, YAMLMap } from "yaml";
import { Composer, isAlias, isMap, isScalar, isSeq, Parser } from "yaml";
import type { Entry, Mapping, Node } from "./node.ts";
import { isNull, mappingAt, scalarAt, sequenceAt } from "./node.ts";
import { plainTag, type ScalarStyle, shortTag } from "./scalar.ts";
import type { Text } from "./text.ts";

/** What is wrong with a text that is not YAML as Kubernetes reads it; `at` is a byte offset in the file. */
export type Flaw = { readonly code: string; readonly message: string; readonly at: number };

/** The documents of a text, or what is wrong with it. */
export type Parsed =
  | { readonly ok: true; readonly documents: readonly Node[] }
  | { readonly ok: false; readonly flaw: Flaw };

// Beyond this an expansion of aliases is an attack, not a manifest (go-yaml counts likewise).
const MOST_ALIASED_NODES = 1_000_000;
const LARGEST_TEXT = 16 * 1024 * 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what go-yaml refuses by name.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/**
 * Reads every document of a text as kustomize does: documents are cut at lines that begin with `---`, each is read on
 * its own, aliases and merge keys are put in place, empty documents are left out.
 */
export function parseObjects(text: Text): Parsed {
  const flaw = unreadable(text);
  if (flaw !== undefined) return { ok: false, flaw };
  const pieces = cut(text);
  if (!Array.isArray(pieces)) return { ok: false, flaw: pieces };
  const documents: Node[] = [];
  for (const { start, end } of pieces) {
    const parsed = parseFirst(text, start, end);
    if (!parsed.ok) return parsed;
    documents.push(...parsed.documents);
  }
  return { ok: true, documents };
}

/** Reads the first document of a text as kustomize reads its own configuration: without cutting. */
export function parseConfiguration(text: Text): Parsed {
  const flaw = unreadable(text);
  return flaw === undefined ? parseFirst(text, 0, text.text.length) : { ok: false, flaw };
}

function unreadable(text: Text): Flaw | undefined {
  const { length } = text.text;
  if (length > LARGEST_TEXT)
    return flawAt(text, "TOO_LARGE", `expected at most ${LARGEST_TEXT} characters, found ${length}`, 0);
  const at = text.text.search(CONTROL);
  return at < 0 ? undefined : flawAt(text, "MALFORMED_YAML", "control characters are not allowed", at);
}

function flawAt(text: Text, code: string, message: string, at: number): Flaw {
  return { code, message, at: text.span(at, at).start };
}

type Piece = { readonly start: number; readonly end: number };

function cut(text: Text): Piece[] | Flaw {
  const pieces: Piece[] = [];
  let start = 0;
  // The line break before a separator belongs to the document before it.
  for (const match of text.text.matchAll(/\n---.*\n/g)) {
    const rest = match[0].slice(4).trim();
    if (rest !== "" && !rest.startsWith("#")) {
      return flawAt(text, "MALFORMED_YAML", `invalid document separator: ${match[0].trim()}`, match.index + 1);
    }
    pieces.push({ start, end: match.index + 1 });
    start = match.index + match[0].length;
  }
  return [...pieces, { start, end: text.text.length }];
}

function parseFirst(text: Text, start: number, end: number): Parsed {
  const piece = start === 0 && end === text.text.length ? text.text : text.text.slice(start, end);
  try {
    for (const document of new Composer({ schema: "failsafe", uniqueKeys: false, prettyErrors: false }).compose(
      new Parser().parse(piece),
    )) {
      return readDocument(document as Document.Parsed<ParsedNode>, text, start);
    }
    return { ok: true, documents: [] };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, flaw: error.flaw };
    if (!(error instanceof RangeError)) throw error;
    const message = "expected a document that can be followed, found one that is nested too deep";
    return { ok: false, flaw: flawAt(text, "TOO_DEEP", message, start) };
  }
}

function readDocument(document: Document.Parsed<ParsedNode>, text: Text, start: number): Parsed {
  const [error] = document.errors;
  if (error !== undefined) {
    return { ok: false, flaw: flawAt(text, "MALFORMED_YAML", error.message, start + error.pos[0]) };
  }
  if (document.contents === null) return { ok: true, documents: [] };
  const node = new DocumentReader(text, start).read(document.contents);
  return { ok: true, documents: isNull(node) ? [] : [node] };
}

class Unreadable extends Error {
  readonly flaw: Flaw;
  constructor(flaw: Flaw) {
    super(flaw.message);
    this.flaw = flaw;
  }
}

function fail(code: string, message: string, at: number): never {
  throw new Unreadable({ code, message, at });
}

class DocumentReader {
  readonly #text: Text;
  readonly #offset: number;
  readonly #anchors = new Map<string, { readonly node: Node; readonly size: number }>();
  #size = 0;

  constructor(text: Text, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  read(node: ParsedNode): Node {
    if (isAlias(node)) return this.#alias(node.source, node);
    const before = this.#size++;
    const read = this.#plain(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, { node: read, size: this.#size - before });
    return read;
  }

  #plain(node: Exclude<ParsedNode, { source: string; range: undefined }>): Node {
    const { start, end } = this.#text.span(this.#offset + node.range[0], this.#offset + node.range[1]);
    const place = { source: this.#text.source, start, end, behind: undefined };
    if (isMap(node)) return this.#withMerged(mappingAt(place, this.#entries(node)));
    if (isSeq(node))
      return sequenceAt(
        place,
        node.items.map((item) => this.read(item as ParsedNode)),
      );
    if (!isScalar(node)) throw new Error("A node that is neither scalar, map, list nor alias");
    const text = String(node.value);
    const tag = shortTag(node.tag);
    // What carries a tag of its own means what the tag says, however it is quoted.
    if (tag !== "") return scalarAt(place, text, tag, "PLAIN");
    const style = (node.type ?? "PLAIN") as ScalarStyle;
    return scalarAt(place, text, style === "PLAIN" ? plainTag(text) : "!!str", style);
  }

  #entries(map: YAMLMap.Parsed): Entry[] {
    return map.items.map(({ key, value }) => {
      const keyNode = this.read(key);
      if (keyNode.kind !== "scalar") this.#failAt("MALFORMED_YAML", "expected a key that is a scalar", key);
      const empty = { ...keyNode, start: keyNode.end };
      const read = value === null ? scalarAt(empty, "", "!!null", "PLAIN") : this.read(value);
      return { key: keyNode.text, keyTag: keyNode.tag, keyStart: keyNode.start, value: read };
    });
  }

  #alias(name: string, alias: ParsedNode): Node {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) this.#failAt("MALFORMED_YAML", `unknown anchor '${name}' referenced`, alias);
    this.#size += anchor.size;
    if (this.#size > MOST_ALIASED_NODES) this.#failAt("ALIAS_BOMB", "document contains excessive aliasing", alias);
    return anchor.node;
  }

  #withMerged(map: Mapping): Mapping {
    const merges = map.entries.filter(({ keyTag }) => keyTag === "!!merge");
    const [merge] = merges;
    if (merge === undefined) return map;
    if (merges.length > 1) fail("DUPLICATE_KEY", "duplicate merge key", merge.keyStart);
    const own = map.entries.filter((entry) => entry !== merge);
    const entries = [...own];
    for (const { entries: merged } of [...this.#mergeSources(merge.value, merge), { entries: own }]) {
      for (const entry of merged) {
        const index = entries.findIndex(({ key }) => key === entry.key);
        if (index < 0) entries.push(entry);
        else entries[index] = entry;
      }
    }
    return { ...map, entries };
  }

  // Last first: what stands earlier in the list wins.
  #mergeSources(value: Node, entry: Entry): readonly Mapping[] {
    if (value.kind === "map") return [value];
    const items = value.kind === "list" ? value.items : [value];
    const message = "map merge requires map or sequence of maps as the value";
    return items
      .map((item) => (item.kind === "map" ? item : fail("MALFORMED_YAML", message, entry.keyStart)))
      .reverse();
  }

  #failAt(code: string, message: string, node: ParsedNode): never {
    const at = this.#offset + node.range[0];
    return fail(code, message, this.#text.span(at, at).start);
  }
}
