import type { CST, Document, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, parseDocument } from "yaml";
import type { ScalarStyle } from "../yaml/scalar.ts";
import { withJoinedLines } from "./quotes.ts";
import { contentEnd } from "./text.ts";
import type { Written, WrittenEntry, WrittenItem } from "./written.ts";

/** The documents of a text as they are written, or where and why it is no YAML. */
export type ParsedText =
  | { readonly ok: true; readonly documents: readonly Written[] }
  | { readonly ok: false; readonly message: string; readonly at: number };

// Few files have even one quoted scalar whose lines are indented too little.
const MOST_BROKEN_SCALARS = 100;

// What a value may be led by: everything else between key and value is space or comment.
const LEADS = new Set(["map-value-ind", "seq-item-ind", "explicit-key-ind", "anchor", "tag"]);

/** Reads a text's documents without giving their scalars any meaning yet. */
export function parseWritten(text: string): ParsedText {
  try {
    const documents = parseJoined(text);
    for (const { errors } of documents) {
      const [error] = errors;
      if (error !== undefined) return { ok: false, message: error.message, at: error.pos[0] };
    }
    return { ok: true, documents: documents.map((document) => readDocument(document, text)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, message: "it is nested too deep", at: 0 };
  }
}

function parseJoined(text: string): readonly Document.Parsed<ParsedNode>[] {
  let joined = text;
  for (let scalars = 0; scalars < MOST_BROKEN_SCALARS; scalars++) {
    const documents = parseDocuments(joined);
    const next = withJoinedLines(
      joined,
      documents.flatMap(({ errors }) => errors),
    );
    if (next === undefined) return documents;
    joined = next;
  }
  return parseDocuments(text);
}

function parseDocuments(text: string): readonly Document.Parsed<ParsedNode>[] {
  const options = { keepSourceTokens: true, uniqueKeys: false, prettyErrors: false, logLevel: "silent" } as const;
  const parsed = parseAllDocuments(text, { schema: "failsafe", ...options });
  // An empty stream comes back as an empty list with properties of its own.
  return Array.isArray(parsed) ? [...parsed] : [];
}

function readDocument(document: Document.Parsed<ParsedNode>, text: string): Written {
  if (document.contents !== null) return read(document.contents, document.range[0], text);
  return unwritten(document.range[1]);
}

function unwritten(at: number): Written {
  return { kind: "scalar", start: at, end: at, anchor: undefined, text: "", style: "PLAIN", tag: undefined };
}

function read(node: ParsedNode, lead: number, text: string): Written {
  const [start, end] = node.range;
  if (isAlias(node)) return { kind: "alias", start, end, anchor: undefined, name: node.source };
  if (isMap(node)) return readMap(node, text);
  if (isSeq(node)) return readList(node, text);
  if (!isScalar(node)) throw new Error("A node that is neither scalar, map, list nor alias");
  const style = (node.type ?? "PLAIN") as ScalarStyle;
  const scalar = { kind: "scalar", anchor: node.anchor, style, tag: node.tag } as const;
  if (start === end) return { ...scalar, text: String(node.value), start: lead, end: lead };
  const isBlock = style === "BLOCK_LITERAL" || style === "BLOCK_FOLDED";
  return { ...scalar, text: scalarValue(node, text), start, end: isBlock ? contentEnd(text, start, end) : end };
}

function scalarValue(node: Scalar.Parsed, text: string): string {
  const source = text.slice(node.range[0], node.range[1]);
  const value = String(node.value);
  // Go's parser adds no line break to a block that the end of the file cuts short.
  if (node.type?.startsWith("BLOCK")) return source.endsWith("\n") ? value : value.replace(/\n$/, "");
  const isJoined = node.type?.startsWith("QUOTE") && source.includes("\n");
  return isJoined ? String(parseDocument(source, { schema: "failsafe" }).toJS()) : value;
}

function readMap(map: YAMLMap.Parsed, text: string): Written {
  const flow = map.flow === true;
  const entries = map.items.map((pair) => readEntry(pair, text));
  const [start, end] = map.range;
  return {
    kind: "map",
    flow,
    anchor: map.anchor,
    start,
    end: flow ? end : (entries.at(-1)?.value.end ?? end),
    entries,
  };
}

function readEntry(
  { key, value, srcToken }: Pair<ParsedNode, ParsedNode | null> & { srcToken?: CST.CollectionItem },
  text: string,
): WrittenEntry {
  const start = firstSolid(srcToken?.start) ?? key.range[0];
  const keyNode = read(key, start, text);
  const lead = lastSolid(srcToken?.sep) ?? keyNode.end;
  const name = keyNode.kind === "scalar" ? keyNode.text : text.slice(keyNode.start, keyNode.end);
  return { start, key: name, keyNode, lead, value: value === null ? unwritten(lead) : read(value, lead, text) };
}

function readList(list: YAMLSeq.Parsed, text: string): Written {
  const flow = list.flow === true;
  const tokens = (list.srcToken as CST.BlockSequence | CST.FlowCollection | undefined)?.items ?? [];
  const items = list.items.map((item, at) => readItem(item as ParsedNode, tokens[at], text));
  const [start, end] = list.range;
  return { kind: "list", flow, anchor: list.anchor, start, end: flow ? end : (items.at(-1)?.value.end ?? end), items };
}

function readItem(item: ParsedNode, token: CST.CollectionItem | undefined, text: string): WrittenItem {
  const start = firstSolid(token?.start) ?? item.range[0];
  const lead = lastSolid(token?.start) ?? start;
  return { start, lead, value: read(item, lead, text) };
}

function firstSolid(tokens: readonly CST.SourceToken[] | undefined): number | undefined {
  return tokens?.find(({ type }) => LEADS.has(type))?.offset;
}

function lastSolid(tokens: readonly CST.SourceToken[] | undefined): number | undefined {
  const last = tokens?.findLast(({ type }) => LEADS.has(type));
  return last === undefined ? undefined : last.offset + last.source.length;
}
