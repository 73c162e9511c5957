import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, Malformed, SPACE, TAB } from "./cursor.ts";
import type { ScalarStyle } from "./scalar.ts";

/** A scalar as it was scanned: its text, and where its own bytes end. */
export type ScannedScalar = { readonly text: string; readonly style: ScalarStyle; readonly end: number };

const [HASH, SINGLE_QUOTE, COMMA, COLON, QUESTION] = [35, 39, 44, 58, 63];
const [DOUBLE_QUOTE, PLUS, MINUS, ZERO, NINE, BACKSLASH] = [34, 43, 45, 48, 57, 92];
const FLOW_INDICATORS = new Set([COMMA, QUESTION, 91, 93, 123, 125]);

/** Line breaks between two parts of a text: one becomes a space, of several the first goes. */
class Fold {
  #first = "";
  #more = "";
  isOpen = false;

  add(lineBreak: string): void {
    if (this.isOpen) this.#more += lineBreak;
    else this.#first = lineBreak;
    this.isOpen = true;
  }

  /** What the breaks have come to; begins anew. */
  take(): string {
    const folded = this.#first === "\n" ? this.#more || " " : this.#first + this.#more;
    this.#first = "";
    this.#more = "";
    this.isOpen = false;
    return folded;
  }
}

/** Scans an unquoted scalar; `isMultiline` says whether it ended on a later line than it began. */
export function scanPlain(
  cursor: Cursor,
  indent: number,
  isFlow: boolean,
): ScannedScalar & { readonly isMultiline: boolean } {
  const start = cursor.at;
  let text = "";
  let blanks = "";
  let end = start;
  const fold = new Fold();
  while (!cursor.isAtDocumentIndicator() && cursor.code() !== HASH) {
    const from = cursor.at;
    while (!endsPlain(cursor, isFlow)) cursor.skip();
    if (cursor.at > from) {
      text += (fold.isOpen ? fold.take() : blanks) + cursor.text.slice(from, cursor.at);
      blanks = "";
      end = cursor.at;
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break;
    blanks = skipSeparation(cursor, fold, blanks, indent, start);
    if (!isFlow && cursor.column < indent) break;
  }
  return { text, style: "PLAIN", end, isMultiline: fold.isOpen };
}

function endsPlain(cursor: Cursor, isFlow: boolean): boolean {
  const code = cursor.code();
  if (isBlankOrEnd(code)) return true;
  return (code === COLON && isBlankOrEnd(cursor.code(1))) || (isFlow && FLOW_INDICATORS.has(code));
}

function skipSeparation(cursor: Cursor, fold: Fold, before: string, indent: number, start: number): string {
  let blanks = before;
  for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
    if (isBreak(code)) {
      blanks = "";
      fold.add(cursor.breakLine());
      continue;
    }
    if (fold.isOpen && code === TAB && cursor.column < indent) {
      throw new Malformed("MALFORMED_YAML", "found a tab character that violates indentation", start);
    }
    if (!fold.isOpen) blanks += cursor.text.charAt(cursor.at);
    cursor.skip();
  }
  return blanks;
}

/** Scans a quoted scalar, the cursor at its opening quote. */
export function scanQuoted(cursor: Cursor): ScannedScalar {
  const start = cursor.at;
  const quote = cursor.code();
  cursor.skip();
  let text = "";
  const fold = new Fold();
  for (;;) {
    if (cursor.isAtDocumentIndicator())
      throw new Malformed("MALFORMED_YAML", "found unexpected document indicator", start);
    if (Number.isNaN(cursor.code())) throw new Malformed("MALFORMED_YAML", "found unexpected end of stream", start);
    const { part, isJoined } = scanQuotedPart(cursor, quote, start);
    text += part;
    if (cursor.code() === quote) break;
    text += quotedSeparation(cursor, fold, isJoined);
  }
  cursor.skip();
  return { text, style: quote === SINGLE_QUOTE ? "QUOTE_SINGLE" : "QUOTE_DOUBLE", end: cursor.at };
}

type Part = { readonly part: string; readonly isJoined: boolean };

// Up to the closing quote, a blank, or a line break that a backslash takes away.
function scanQuotedPart(cursor: Cursor, quote: number, start: number): Part {
  let part = "";
  let from = cursor.at;
  const taken = (): string => cursor.text.slice(from, cursor.at);
  for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
    if (code === quote) {
      if (quote !== SINGLE_QUOTE || cursor.code(1) !== SINGLE_QUOTE) break;
      part += `${taken()}'`;
      cursor.skip(2);
      from = cursor.at;
    } else if (code === BACKSLASH && quote === DOUBLE_QUOTE) {
      part += taken();
      if (isBreak(cursor.code(1))) {
        cursor.skip();
        cursor.breakLine();
        return { part, isJoined: true };
      }
      part += scanEscape(cursor, start);
      from = cursor.at;
    } else cursor.skip();
  }
  return { part: part + taken(), isJoined: false };
}

// Blanks before a line break go, as do those after it.
function quotedSeparation(cursor: Cursor, fold: Fold, isJoined: boolean): string {
  let blanks = "";
  let isBroken = isJoined;
  for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
    if (isBreak(code)) {
      blanks = "";
      // A break that a backslash took away counts as the first, so that what follows is kept.
      if (isJoined && !fold.isOpen) fold.add("");
      fold.add(cursor.breakLine());
      isBroken = true;
      continue;
    }
    if (!isBroken) blanks += cursor.text.charAt(cursor.at);
    cursor.skip();
  }
  return fold.isOpen ? fold.take() : blanks;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b" },
  ...{ " ": " ", '"': '"', "'": "'", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor, start: number): string {
  const letter = cursor.text.charAt(cursor.at + 1);
  cursor.skip(2);
  const simple = ESCAPES[letter];
  if (simple !== undefined) return simple;
  const length = CODE_LENGTHS[letter];
  if (length === undefined) throw new Malformed("MALFORMED_YAML", "found unknown escape character", start);
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9A-Fa-f]+$/.test(digits)) {
    throw new Malformed("MALFORMED_YAML", "did not find expected hexdecimal number", start);
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw new Malformed("MALFORMED_YAML", "found invalid Unicode character escape code", start);
  }
  cursor.skip(length);
  return String.fromCodePoint(code);
}

/** Scans a block scalar, the cursor at its `|` or `>`; `indent` is that of the block around it. */
export function scanBlock(cursor: Cursor, indent: number, isLiteral: boolean): ScannedScalar {
  const start = cursor.at;
  cursor.skip();
  const { chomping, increment } = scanBlockHeader(cursor, start);
  let depth = 0;
  if (increment > 0) depth = indent >= 0 ? indent + increment : increment;
  let end = cursor.at;
  let breaks = "";
  ({ depth, breaks } = skipBlockBreaks(cursor, depth, indent, start));
  let text = "";
  let leading = "";
  let wasIndented = false;
  while (cursor.column === depth && !Number.isNaN(cursor.code())) {
    const isIndented = isBlank(cursor.code());
    const isFolded = !isLiteral && !wasIndented && !isIndented && leading === "\n";
    if (!isFolded) text += leading;
    else if (breaks === "") text += " ";
    text += breaks;
    wasIndented = isIndented;
    const from = cursor.at;
    cursor.skipToBreak();
    text += cursor.text.slice(from, cursor.at);
    leading = isBreak(cursor.code()) ? cursor.breakLine() : "";
    end = cursor.at;
    ({ breaks } = skipBlockBreaks(cursor, depth, indent, start));
  }
  if (chomping !== MINUS) text += leading;
  if (chomping === PLUS) text += breaks;
  return { text, style: isLiteral ? "BLOCK_LITERAL" : "BLOCK_FOLDED", end };
}

function scanBlockHeader(cursor: Cursor, start: number): { readonly chomping: number; readonly increment: number } {
  let chomping = 0;
  let increment = 0;
  for (let count = 0; count < 2; count++) {
    const code = cursor.code();
    if ((code === PLUS || code === MINUS) && chomping === 0) chomping = code;
    else if (code >= ZERO && code <= NINE && increment === 0) {
      increment = code - ZERO;
      if (increment === 0) throw new Malformed("MALFORMED_YAML", "found an indentation indicator equal to 0", start);
    } else break;
    cursor.skip();
  }
  cursor.skipBlanks();
  if (cursor.code() === HASH) cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.code())) {
    throw new Malformed("MALFORMED_YAML", "did not find expected comment or line break", start);
  }
  if (isBreak(cursor.code())) cursor.breakLine();
  return { chomping, increment };
}

type BlockBreaks = { readonly depth: number; readonly breaks: string };

// Skips empty lines and the indentation of the next one; a depth of 0 is found by looking.
function skipBlockBreaks(cursor: Cursor, known: number, indent: number, start: number): BlockBreaks {
  let breaks = "";
  let deepest = 0;
  for (;;) {
    while ((known === 0 || cursor.column < known) && cursor.code() === SPACE) cursor.skip();
    deepest = Math.max(deepest, cursor.column);
    if ((known === 0 || cursor.column < known) && cursor.code() === TAB) {
      const message = "found a tab character where an indentation space is expected";
      throw new Malformed("MALFORMED_YAML", message, start);
    }
    if (!isBreak(cursor.code())) break;
    breaks += cursor.breakLine();
  }
  return { depth: known === 0 ? Math.max(deepest, indent + 1, 1) : known, breaks };
}
