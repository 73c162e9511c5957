import { mapOf } from "../signal/json.ts";
import { DEEPEST } from "./depth.ts";
import { flow, fold, isItem, keyOf, NotPlain, parseOdd, plainPart, scalar } from "./plain-scalar.ts";

// What trimming takes off must be spaces: no other sign that is white to JavaScript is white in YAML.
const ODD_SPACE = /(?:^|[\n:-]) *[^\S \n]|[^\S \n] *(?:$|[\n:])/;

/**
 * Reads YAML as kubectl prints it: block style, without anchors, tags or comments behind values. A snapshot can be
 * megabytes of it, and this is twenty times as fast as the full parser. Undefined for every text that is more than that,
 * so that never a wrong value is read where the full parser would read a right one.
 */
export function readPlainYaml(text: string): readonly unknown[] | undefined {
  if (/[\r\t]/.test(text) || ODD_SPACE.test(text) || !text.endsWith("\n")) return undefined;
  try {
    return documentsOf(text.slice(0, -1).split("\n")).map((lines) => new PlainReader(lines).read());
  } catch (error) {
    if (error instanceof NotPlain || (error instanceof Error && error.name === "YAMLParseError")) return undefined;
    throw error;
  }
}

function documentsOf(lines: readonly string[]): string[][] {
  const documents: string[][] = [[]];
  for (const line of lines) {
    if (line === "---") documents.push([]);
    else if (/^(---|\.\.\.|%)/.test(line)) throw new NotPlain();
    else documents.at(-1)?.push(line);
  }
  return documents.filter((document) => document.some((line) => /^\s*[^\s#]/.test(line)));
}

const BLANK = -1;

class PlainReader {
  private readonly raw: readonly string[];
  /** The column at which each line's content begins; BLANK where there is none. */
  private readonly columns: number[];
  private readonly contents: string[];
  private at = 0;
  private depth = 0;

  constructor(lines: readonly string[]) {
    this.raw = lines;
    this.contents = lines.map((line) => line.trim());
    this.columns = lines.map((line, index) => (this.contents[index] === "" ? BLANK : line.search(/\S/)));
  }

  read(): unknown {
    const value = this.node();
    this.skipBlank();
    if (this.at < this.raw.length) throw new NotPlain();
    return value;
  }

  private skipBlank(): void {
    while (this.at < this.raw.length && (this.column === BLANK || this.content.startsWith("#"))) this.at++;
  }

  /** The column of the current line; BLANK behind the last one too. */
  private get column(): number {
    return this.columns[this.at] ?? BLANK;
  }

  private get content(): string {
    return this.contents[this.at] ?? "";
  }

  private node(): unknown {
    this.skipBlank();
    if (this.depth === DEEPEST) throw new NotPlain();
    this.depth++;
    const node = this.collection();
    this.depth--;
    return node;
  }

  private collection(): unknown {
    if (isItem(this.content)) return this.sequence(this.column);
    if (keyOf(this.content) === undefined) throw new NotPlain();
    return this.mapping(this.column);
  }

  private mapping(column: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (this.skipBlank(); this.column === column && !isItem(this.content); this.skipBlank()) {
      const entry = keyOf(this.content);
      if (entry === undefined) throw new NotPlain();
      this.at++;
      map[entry.key] = this.value(entry.rest, column, true);
    }
    if (this.column > column) throw new NotPlain();
    return map;
  }

  private sequence(column: number): unknown[] {
    const list: unknown[] = [];
    for (this.skipBlank(); this.column === column && isItem(this.content); this.skipBlank())
      list.push(this.item(column));
    if (this.column > column) throw new NotPlain();
    return list;
  }

  private item(column: number): unknown {
    const rest = this.content.slice(1).trimStart();
    if (!isItem(rest) && keyOf(rest) === undefined) {
      this.at++;
      return this.value(rest, column, false);
    }
    // What follows the dash reads as a line of its own that begins further right.
    this.columns[this.at] = column + this.content.length - rest.length;
    this.contents[this.at] = rest;
    return this.node();
  }

  /** The value that begins behind a key or dash which stands at this column. */
  private value(rest: string, column: number, isOfKey: boolean): unknown {
    switch (rest[0]) {
      case undefined:
        return this.nested(column, isOfKey);
      case "|":
        return this.literal(rest, column);
      case ">":
        return folded(rest, column, this.block(column));
      case '"':
        return this.doubleQuoted(rest, column);
      case "'":
        return this.singleQuoted(rest, column);
      case "{":
      case "[":
        return flow(rest);
      default:
        return this.plain(rest, column);
    }
  }

  private nested(column: number, isOfKey: boolean): unknown {
    this.skipBlank();
    if (this.column > column) return this.node();
    return isOfKey && this.column === column && isItem(this.content) ? this.sequence(column) : null;
  }

  private plain(rest: string, column: number): unknown {
    const parts = [plainPart(rest)];
    while (this.at < this.raw.length && (this.column === BLANK || this.column > column)) {
      if (this.content.startsWith("#")) throw new NotPlain();
      parts.push(this.content === "" ? "" : plainPart(this.content));
      this.at++;
    }
    while (parts.length > 1 && parts.at(-1) === "") parts.pop();
    if (/^[&*!%@`#?,\]}]|^-($| )/.test(rest)) throw new NotPlain();
    return parts.length === 1 ? scalar(rest) : fold(parts);
  }

  private singleQuoted(rest: string, column: number): string {
    const parts: string[] = [];
    for (let part = rest.slice(1); ; part = this.more(column).trim()) {
      const end = /^(?:[^']|'')*'/.exec(part)?.[0].length;
      if (end === undefined) parts.push(part);
      else if (end < part.length || (end === 1 && parts.length > 0)) throw new NotPlain();
      else return fold([...parts, part.slice(0, -1)]).replaceAll("''", "'");
    }
  }

  private doubleQuoted(rest: string, column: number): unknown {
    if (/^"[^"\\]*"$/.test(rest)) return rest.slice(1, -1);
    // A space at the end counts where it is escaped.
    const end = this.raw[this.at - 1]?.endsWith(" ") ? " " : "";
    const lines = [rest + end];
    while (!/^"(?:[^"\\]|\\.)*"/s.test(lines.join("\n"))) lines.push(this.more(column));
    return parseOdd(lines.join("\n"));
  }

  /** The next line of a scalar that goes on, as it stands. */
  private more(column: number): string {
    const line = this.raw[this.at];
    if (line === undefined || (this.column !== BLANK && this.column <= column)) throw new NotPlain();
    this.at++;
    return line;
  }

  /** The lines of a block scalar, as they stand. */
  private block(column: number): string[] {
    const start = this.at;
    while (this.at < this.raw.length && (this.column === BLANK || this.column > column)) this.at++;
    return this.raw.slice(start, this.at);
  }

  private literal(header: string, column: number): unknown {
    const lines = this.block(column);
    const indent = lines.find((line) => line.trim() !== "")?.search(/\S/);
    const isRare = !/^\|-?$/.test(header) || indent === undefined;
    // Lines of spaces may be longer than the indentation, and end a text in ways of their own.
    if (isRare || lines.some((line) => line !== "" && line.search(/\S/) < indent)) return folded(header, column, lines);
    const text = lines
      .map((line) => line.slice(indent))
      .join("\n")
      .replace(/\n+$/, "");
    return header === "|" ? `${text}\n` : text;
  }
}

/** A block scalar of the less common sort, by the full parser. */
function folded(header: string, column: number, lines: readonly string[]): unknown {
  const document = [`value: ${header}`, ...lines.map((line) => line.slice(column)), ""].join("\n");
  return mapOf(parseOdd(document))["value"];
}
