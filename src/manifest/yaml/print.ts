import type { Entry, Mapping, Node, Scalar, Sequence } from "./node.ts";
import { plainTag } from "./scalar.ts";
import { floatText } from "./through-json.ts";
import { resolveNode } from "./value.ts";

/** What is told behind a scalar, as a comment. */
export type Note = (scalar: Scalar) => string | undefined;

/** Prints objects as `kustomize build` does: keys sorted, one document after the other. */
export function printDocuments(nodes: readonly Node[], note?: Note): string {
  return nodes.map((node) => printDocument(node, note)).join("---\n");
}

/** Prints one document. */
export function printDocument(node: Node, note?: Note): string {
  const printer = new Printer(note);
  const text = node.kind === "scalar" ? printer.value(node, "") : printer.block(node, "");
  return text.startsWith("\n") ? text.slice(1) : text.trimStart();
}

/** One scalar as it stands in the printed text, with the quotes or the block that it needs; `indent` leads the lines of a block. */
export function scalarText(scalar: Scalar, indent: string): string {
  const { value, digits } = resolveNode(scalar);
  if (digits !== undefined) return digits;
  return typeof value === "string" ? stringText(value, indent) : numberText(value);
}

class Printer {
  readonly #note: Note | undefined;

  constructor(note: Note | undefined) {
    this.#note = note;
  }

  /** What follows `key:` or `-`: a scalar on the same line or a block on the next ones. */
  block(node: Mapping | Sequence, indent: string): string {
    if (node.kind === "map") return node.entries.length === 0 ? " {}\n" : `\n${this.#mapping(node, indent)}`;
    return node.items.length === 0 ? " []\n" : `\n${this.#sequence(node, indent)}`;
  }

  value(value: Scalar | Mapping, indent: string): string {
    if (value.kind === "map") return this.block(value, indent);
    const [first = "", ...rest] = scalarText(value, indent).replace(/\n$/, "").split("\n");
    const note = this.#note?.(value);
    return ` ${[note === undefined ? first : `${first} # ${note}`, ...rest].join("\n")}\n`;
  }

  #mapping(map: Mapping, indent: string): string {
    return map.entries
      .toSorted((a, b) => compareKeys(a.key, b.key))
      .map((entry) => indent + this.#entry(entry, indent))
      .join("");
  }

  #entry({ key, value }: Entry, indent: string): string {
    const isSimple = Buffer.byteLength(key) <= 128 && !key.includes("\n");
    const head = isSimple ? `${keyText(key)}:` : `? ${stringText(key, `${indent}  `).trimEnd()}\n${indent}:`;
    // A list stands as deep as its key, everything else two deeper.
    if (value.kind === "list") return head + this.block(value, indent);
    return head + this.value(value, `${indent}  `);
  }

  #sequence(list: Sequence, indent: string): string {
    return list.items.map((item) => `${indent}-${this.#item(item, `${indent}  `)}`).join("");
  }

  // The first line of a nested block stands behind the dash.
  #item(item: Node, indent: string): string {
    if (item.kind === "scalar") return this.value(item, indent);
    const block = this.block(item, indent);
    return block.startsWith("\n") ? ` ${block.slice(1 + indent.length)}` : block;
  }
}

function keyText(key: string): string {
  return key === "" ? '""' : stringText(key, "");
}

const BLOCK_INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t\n]|$)|[ \t\n]#/;
// Neither printed as it is by go-yaml nor allowed within a block: tabs, controls, line breaks other than \n, and
// everything beyond the basic plane.
const SPECIAL = /[[\p{Cc}--\n]\p{Cs}\u{10000}-\u{10ffff}\u2028\u2029\ufeff\ufffe\uffff]/v;
const ESCAPES = new Map<number, string>([
  ...[0x00, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b].map((code, at) => [code, `\\${"0abtnvfre"[at]}`] as const),
  [0x22, '\\"'],
  [0x5c, "\\\\"],
  [0x85, "\\N"],
  [0xa0, "\\_"],
  [0x2028, "\\L"],
  [0x2029, "\\P"],
]);
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function stringText(text: string, indent: string): string {
  const isSpecial = SPECIAL.test(text) || / \n/.test(text);
  if (text.includes("\n")) {
    return isSpecial || text.endsWith(" ") || indent === "" ? quoted(text) : literal(text, indent);
  }
  if (plainTag(text, "configuration") !== "!!str" || BASE_60.test(text)) return quoted(text);
  if (isSpecial) return quoted(text);
  if (BLOCK_INDICATOR.test(text) || text.startsWith(" ") || text.endsWith(" "))
    return `'${text.replaceAll("'", "''")}'`;
  return text;
}

function literal(text: string, indent: string): string {
  const hint = text.startsWith(" ") || text.startsWith("\n") ? "2" : "";
  const lines = text.split("\n").map((line) => (line === "" ? "" : indent + line));
  if (!text.endsWith("\n")) return `|${hint}-\n${lines.join("\n")}\n`;
  const keep = text === "\n" || text.endsWith("\n\n") ? "+" : "";
  return `|${hint}${keep}\n${lines.slice(0, -1).join("\n")}\n`;
}

function quoted(text: string): string {
  // go-yaml looks for a byte order mark at the beginning of the whole text whatever character it is at.
  const isMarked = text.startsWith("\ufeff");
  let printed = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    printed += isMarked || code > 0xffff || ESCAPES.has(code) || SPECIAL.test(character) ? escaped(code) : character;
  }
  return `"${printed}"`;
}

function escaped(code: number): string {
  const short = ESCAPES.get(code);
  if (short !== undefined && code !== 0xa0) return short;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

function numberText(value: unknown): string {
  if (typeof value !== "number") return JSON.stringify(value);
  // What does not fit 64 bits is floating for the reader that prints.
  const isWhole = Number.isInteger(value) && value < 2 ** 64 && value >= -(2 ** 63);
  return isWhole ? BigInt(value).toString() : floatText(value);
}

/** Orders keys as go-yaml prints them: digits before letters, numbers within them by their value. */
export function compareKeys(a: string, b: string): number {
  const as = [...a];
  const bs = [...b];
  const length = Math.min(as.length, bs.length);
  let at = 0;
  while (at < length && as[at] === bs[at]) at++;
  if (at === length) return as.length - bs.length;
  return compareFrom(as, bs, at);
}

function compareFrom(as: readonly string[], bs: readonly string[], at: number): number {
  const a = as[at] ?? "";
  const b = bs[at] ?? "";
  const isLetter = (character: string): boolean => /\p{L}/u.test(character);
  if (isLetter(a) !== isLetter(b)) return isLetter(b) ? -1 : 1;
  const byNumber = isLetter(a) ? 0 : compareNumbers(as, bs, at);
  return byNumber === 0 ? (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0) : byNumber;
}

function compareNumbers(as: readonly string[], bs: readonly string[], at: number): number {
  const led = (as[at] === "0" || bs[at] === "0") && isAfterDigit(as, at) ? 1 : 0;
  const [a, aEnd] = numberFrom(as, at, led);
  const [b, bEnd] = numberFrom(bs, at, led);
  if (a !== b) return a < b ? -1 : 1;
  return aEnd - bEnd;
}

// Whether the digits right before this place hold anything but zeros.
function isAfterDigit(characters: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0 && isDigit(characters[before]); before--) {
    if (characters[before] !== "0") return true;
  }
  return false;
}

function numberFrom(characters: readonly string[], at: number, led: number): readonly [number, number] {
  let value = led;
  let end = at;
  for (; isDigit(characters[end]); end++) value = value * 10 + Number(characters[end]);
  return [value, end];
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
