/** A text with variables in it, as Flux's substitution reads it: texts and expansions, in order. */
export type Template = readonly Part[];

/** One piece of a template: a text, or a `${…}`. */
export type Part = string | Expansion;

/** One `${name operator arguments}`; without an operator the value stands as it is. */
export type Expansion = { readonly name: string; readonly operator: string; readonly args: readonly Part[] };

/** Why a text is no template, in the words that Flux prints. */
export class BadSubstitution extends Error {
  override readonly name = "BadSubstitution";
}

const BAD = "bad substitution";
const BAD_NAME = "unable to parse variable name";
const BAD_ARGUMENT = "unable to parse substitution within function";
const UNCLOSED = "missing closing brace";

// Deeper than any person writes, far below what the stack bears.
const DEEPEST = 200;

/** Reads a text as Flux does; throws `BadSubstitution` where Flux refuses it. */
export function parseTemplate(text: string): Template {
  const cursor = new Cursor(text);
  const parts: Part[] = [];
  while (!cursor.isAtEnd()) {
    if (cursor.takeOpening()) parts.push(parseExpansion(cursor, 1));
    else parts.push(cursor.takeText({ until: "", escapes: "$" }));
  }
  return parts;
}

function parseExpansion(cursor: Cursor, depth: number): Expansion {
  if (depth > DEEPEST) throw new BadSubstitution(`${BAD}: more than ${DEEPEST} expansions inside one another`);
  if (cursor.peek() === "#") return parseLength(cursor);
  const name = cursor.takeName();
  if (name === "") throw new BadSubstitution(BAD_NAME);
  switch (cursor.peek()) {
    case ":":
      return /^[-=?+]$/.test(cursor.peek(1)) ? parseDefault(cursor, name, depth) : parseSlice(cursor, name, depth);
    case "=":
      return parseDefault(cursor, name, depth);
    case ",":
    case "^":
      return close(cursor, { name, operator: cursor.takeOf(",^", 2), args: [] });
    case "/":
      return parseReplacement(cursor, name, depth);
    case "#":
    case "%":
      return parseRemoval(cursor, name, depth);
    default:
      return close(cursor, { name, operator: "", args: [] }, UNCLOSED);
  }
}

/** `${#name}` */
function parseLength(cursor: Cursor): Expansion {
  cursor.skip(1);
  const name = cursor.takeName();
  if (name === "") throw new BadSubstitution(BAD);
  return close(cursor, { name, operator: "#", args: [] });
}

/** `${name:position}` and `${name:position:length}` */
function parseSlice(cursor: Cursor, name: string, depth: number): Expansion {
  // Flux's reader loses its place before a character of several bytes, and at the end.
  if (!/^[\0-\x7f]$/.test(cursor.peek(1))) throw new BadSubstitution(BAD);
  cursor.skip(1);
  const position = parseArgument(cursor, { until: ":}" }, depth);
  if (cursor.peek() !== ":") return close(cursor, { name, operator: ":", args: [position] });
  cursor.takeOf(":");
  return close(cursor, { name, operator: ":", args: [position, parseArgument(cursor, { until: "}" }, depth)] });
}

/** `${name#pattern}`, `${name##pattern}`, `${name%pattern}`, `${name%%pattern}` */
function parseRemoval(cursor: Cursor, name: string, depth: number): Expansion {
  const operator = cursor.takeOf(cursor.peek(), 2);
  return close(cursor, { name, operator, args: [parseArgument(cursor, { until: "}" }, depth)] });
}

/** `${name/old/new}`, `${name//old/new}`, `${name/#old/new}`, `${name/%old/new}`; without `new` it is removed. */
function parseReplacement(cursor: Cursor, name: string, depth: number): Expansion {
  const operator = cursor.skip(1) + (/^[/#%]$/.test(cursor.peek()) ? cursor.skip(1) : "");
  const args = [parseArgument(cursor, { until: "/", escapes: "$\\" }, depth)];
  if (cursor.takeOf("/") === "") throw new BadSubstitution(BAD);
  if (cursor.peek() !== "}") args.push(parseArgument(cursor, { until: "}", escapes: "$\\" }, depth));
  return close(cursor, { name, operator, args });
}

/** `${name:=word}`, `${name:-word}`, `${name:?word}`, `${name:+word}`, `${name=word}` */
function parseDefault(cursor: Cursor, name: string, depth: number): Expansion {
  const operator = cursor.skip(cursor.peek() === "=" ? 1 : 2);
  const args: Part[] = [];
  while (cursor.peek() !== "}") args.push(parseArgument(cursor, { until: "}" }, depth));
  return close(cursor, { name, operator, args });
}

function parseArgument(cursor: Cursor, extent: Extent, depth: number): Part {
  if (cursor.takeOpening()) return parseExpansion(cursor, depth + 1);
  const text = cursor.takeText(extent);
  if (text === "") throw new BadSubstitution(BAD_ARGUMENT);
  return text;
}

function close(cursor: Cursor, expansion: Expansion, complaint = BAD): Expansion {
  if (cursor.peek() !== "}") throw new BadSubstitution(complaint);
  cursor.skip(1);
  return expansion;
}

/** How far a text goes: up to one of these characters or a `${`; `$$` and `\/` are undone where they are escapes. */
type Extent = { readonly until: string; readonly escapes?: string };

const NAME = /[\p{L}\p{Nd}_]+/uy;
const ORDINARY = /[^$\\:/}]+/y;

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead);
  }

  skip(count: number): string {
    const skipped = this.#text.slice(this.#at, this.#at + count);
    this.#at += skipped.length;
    return skipped;
  }

  takeOpening(): boolean {
    if (!this.#text.startsWith("${", this.#at)) return false;
    this.#at += 2;
    return true;
  }

  takeName(): string {
    NAME.lastIndex = this.#at;
    return this.skip(NAME.exec(this.#text)?.[0].length ?? 0);
  }

  takeOf(characters: string, most = Number.POSITIVE_INFINITY): string {
    let count = 0;
    while (count < most && !this.isAtEnd() && characters.includes(this.peek(count)) && this.peek(count) !== "") count++;
    return this.skip(count);
  }

  takeText({ until, escapes = "" }: Extent): string {
    let taken = "";
    let from = this.#at;
    while (!this.isAtEnd()) {
      const character = this.peek();
      if (this.#isEscape(escapes)) {
        taken += this.#text.slice(from, this.#at);
        from = this.#at + 1;
        this.#at += 2;
      } else if (until.includes(character) || this.#text.startsWith("${", this.#at)) break;
      else this.#at += this.#ordinary();
    }
    return taken + this.#text.slice(from, this.#at);
  }

  #ordinary(): number {
    ORDINARY.lastIndex = this.#at;
    return ORDINARY.exec(this.#text)?.[0].length ?? 1;
  }

  #isEscape(escapes: string): boolean {
    const character = this.peek();
    if (!escapes.includes(character)) return false;
    return character === "$" ? this.peek(1) === "$" : /^[/\\]$/.test(this.peek(1));
  }
}
