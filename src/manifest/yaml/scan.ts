import { Cursor, DASH, isBlank, isBlankOrEnd, isBreak, Malformed, SPACE, TAB } from "./cursor.ts";
import type { ScalarStyle } from "./scalar.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-property.ts";
import { type ScannedScalar, scanBlock, scanPlain, scanQuoted } from "./scan-scalar.ts";

/** What a piece of YAML is. */
export type TokenKind =
  | "stream-end"
  | "version"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-list"
  | "block-map"
  | "block-end"
  | "flow-list"
  | "flow-list-end"
  | "flow-map"
  | "flow-map-end"
  | "block-entry"
  | "flow-entry"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

/** A piece of YAML: `text` is a scalar's text, an anchor's name or a tag's handle, `suffix` the rest of a tag. */
export type Token = {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly suffix: string;
  readonly style: ScalarStyle;
};

/** A place where a key without `?` may have begun. */
type SimpleKey = {
  isPossible: boolean;
  readonly isRequired: boolean;
  readonly token: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
};

const [DOUBLE_QUOTE, HASH, PERCENT, AMPERSAND, SINGLE_QUOTE, STAR, COMMA] = [34, 35, 37, 38, 39, 42, 44];
const [COLON, GREATER, QUESTION, OPEN_LIST, CLOSE_LIST, OPEN_MAP, PIPE, CLOSE_MAP] = [
  58, 62, 63, 91, 93, 123, 124, 125,
];
const [BANG, BYTE_ORDER_MARK] = [33, 0xfeff];
const INDICATORS = new Set([...",[]{}#&*!|>'\"%@`-?:"].map((character) => character.charCodeAt(0)));
const LONGEST_KEY = 1024;

/**
 * Cuts a text into tokens as libyaml does, which is what Kubernetes tools read YAML with: what it takes, this takes, and
 * what it refuses is refused.
 */
export class Scanner {
  readonly #cursor: Cursor;
  #tokens: Token[] = [];
  #head = 0;
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowDepth = 0;
  #allowsKey = true;
  readonly #keys: SimpleKey[] = [noKey()];
  readonly #fetchers: ReadonlyMap<number, () => boolean>;

  constructor(text: string) {
    // A byte order mark is no part of the first line.
    this.#cursor = new Cursor(text, text.startsWith("\ufeff") ? 1 : 0);
    this.#fetchers = new Map<number, () => boolean>([
      [OPEN_LIST, () => this.#beginFlow("flow-list")],
      [OPEN_MAP, () => this.#beginFlow("flow-map")],
      [CLOSE_LIST, () => this.#endFlow("flow-list-end")],
      [CLOSE_MAP, () => this.#endFlow("flow-map-end")],
      [COMMA, () => this.#separateFlow()],
      [DASH, () => isBlankOrEnd(this.#cursor.code(1)) && this.#beginEntry()],
      [QUESTION, () => this.#endsIndicator() && this.#beginKey()],
      [COLON, () => this.#endsIndicator() && this.#beginValue()],
      [STAR, () => this.#addAnchor("alias")],
      [AMPERSAND, () => this.#addAnchor("anchor")],
      [BANG, () => this.#addTag()],
      [PIPE, () => this.#flowDepth === 0 && this.#addBlock(true)],
      [GREATER, () => this.#flowDepth === 0 && this.#addBlock(false)],
      [SINGLE_QUOTE, () => this.#addQuoted()],
      [DOUBLE_QUOTE, () => this.#addQuoted()],
    ]);
  }

  /** The next token, without taking it. */
  peek(): Token {
    // The reader this follows looks two tokens ahead, and so may stumble two tokens earlier.
    while (this.#head >= this.#tokens.length - 2 || this.#isHeadOpen()) this.#fetch();
    return this.#tokens[this.#head] as Token;
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.#head++;
    this.#taken++;
    if (this.#head > 1000) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return token;
  }

  #fetch(): void {
    this.#skipToToken();
    const cursor = this.#cursor;
    this.#unroll(cursor.column);
    const code = cursor.code();
    if (Number.isNaN(code)) this.#addMark("stream-end", 0);
    else if (cursor.column === 0 && code === PERCENT) this.#addDirective();
    else if (cursor.isAtDocumentIndicator()) this.#addMark(code === DASH ? "document-start" : "document-end", 3);
    else if (this.#fetchers.get(code)?.() !== true) this.#addPlain(code);
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.column === 0 && cursor.code() === BYTE_ORDER_MARK) cursor.skip();
      // A tab may separate, but not indent.
      const allowsTab = this.#flowDepth > 0 || !this.#allowsKey;
      while (cursor.code() === SPACE || (allowsTab && cursor.code() === TAB)) cursor.skip();
      if (cursor.code() === HASH) cursor.skipToBreak();
      if (!isBreak(cursor.code())) return;
      cursor.breakLine();
      if (this.#flowDepth === 0) this.#allowsKey = true;
    }
  }

  #add(kind: TokenKind, start: number, text = "", suffix = ""): void {
    this.#tokens.push({ kind, start, end: this.#cursor.at, text, suffix, style: "PLAIN" });
  }

  #addIndicator(kind: TokenKind): void {
    this.#cursor.skip();
    this.#add(kind, this.#cursor.at - 1);
  }

  /** The end of the text, or a line that begins or ends a document: every block ends there. */
  #addMark(kind: TokenKind, length: number): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#allowsKey = false;
    const start = this.#cursor.at;
    this.#cursor.skip(length);
    this.#add(kind, start);
  }

  #addDirective(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    const { kind, text, suffix } = scanDirective(this.#cursor);
    this.#add(kind, at, text, suffix);
  }

  #beginFlow(kind: TokenKind): boolean {
    this.#saveKey();
    this.#keys.push(noKey());
    this.#flowDepth++;
    this.#allowsKey = true;
    this.#addIndicator(kind);
    return true;
  }

  #endFlow(kind: TokenKind): boolean {
    this.#dropKey();
    if (this.#flowDepth > 0) {
      this.#flowDepth--;
      this.#keys.pop();
    }
    this.#allowsKey = false;
    this.#addIndicator(kind);
    return true;
  }

  #separateFlow(): boolean {
    this.#dropKey();
    this.#allowsKey = true;
    this.#addIndicator("flow-entry");
    return true;
  }

  #beginEntry(): boolean {
    if (this.#flowDepth === 0) this.#beginBlock("block-list", "block sequence entries are not allowed in this context");
    this.#dropKey();
    this.#allowsKey = true;
    this.#addIndicator("block-entry");
    return true;
  }

  #beginKey(): boolean {
    if (this.#flowDepth === 0) this.#beginBlock("block-map", "mapping keys are not allowed in this context");
    this.#dropKey();
    this.#allowsKey = this.#flowDepth === 0;
    this.#addIndicator("key");
    return true;
  }

  #beginValue(): boolean {
    const key = this.#key;
    if (this.#isValid(key)) {
      const index = this.#head + key.token - this.#taken;
      const token: Token = { kind: "key", start: key.at, end: key.at, text: "", suffix: "", style: "PLAIN" };
      this.#tokens.splice(index, 0, token);
      this.#roll("block-map", key.column, key.at, index);
      key.isPossible = false;
      this.#allowsKey = false;
    } else {
      if (this.#flowDepth === 0) this.#beginBlock("block-map", "mapping values are not allowed in this context");
      this.#allowsKey = this.#flowDepth === 0;
    }
    this.#addIndicator("value");
    return true;
  }

  #addAnchor(kind: "alias" | "anchor"): boolean {
    this.#saveKey();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    this.#add(kind, at, scanAnchor(this.#cursor));
    return true;
  }

  #addTag(): boolean {
    this.#saveKey();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    const { handle, suffix } = scanTag(this.#cursor);
    this.#add("tag", at, handle, suffix);
    return true;
  }

  #addBlock(isLiteral: boolean): boolean {
    this.#dropKey();
    this.#allowsKey = true;
    this.#addScalar(this.#cursor.at, scanBlock(this.#cursor, this.#indent, isLiteral));
    return true;
  }

  #addQuoted(): boolean {
    this.#saveKey();
    this.#allowsKey = false;
    this.#addScalar(this.#cursor.at, scanQuoted(this.#cursor));
    return true;
  }

  #addPlain(code: number): void {
    const cursor = this.#cursor;
    const isDash = code === DASH && !isBlank(cursor.code(1));
    const isWord = (code === QUESTION || code === COLON) && this.#flowDepth === 0 && !isBlankOrEnd(cursor.code(1));
    if (isBlank(code) || (INDICATORS.has(code) && !isDash && !isWord)) {
      throw new Malformed("MALFORMED_YAML", "found character that cannot start any token", cursor.at);
    }
    this.#saveKey();
    const { at } = cursor;
    const scalar = scanPlain(cursor, this.#indent + 1, this.#flowDepth > 0);
    this.#allowsKey = scalar.isMultiline;
    this.#addScalar(at, scalar);
  }

  #addScalar(start: number, { text, style, end }: ScannedScalar): void {
    this.#tokens.push({ kind: "scalar", start, end, text, suffix: "", style });
  }

  // `?` and `:` stand alone in a block; within brackets whatever follows them.
  #endsIndicator(): boolean {
    return this.#flowDepth > 0 || isBlankOrEnd(this.#cursor.code(1));
  }

  get #key(): SimpleKey {
    return this.#keys[this.#keys.length - 1] as SimpleKey;
  }

  // A token that may yet turn out to be a key has to wait.
  #isHeadOpen(): boolean {
    const key = this.#keys.find(({ isPossible, token }) => isPossible && token === this.#taken);
    return key !== undefined && this.#isValid(key);
  }

  #isValid(key: SimpleKey): boolean {
    const { line, at } = this.#cursor;
    if (!key.isPossible) return false;
    if (key.line === line && key.at + LONGEST_KEY >= at) return true;
    refuseIfRequired(key);
    key.isPossible = false;
    return false;
  }

  #saveKey(): void {
    if (!this.#allowsKey) return;
    this.#dropKey();
    const { at, line, column } = this.#cursor;
    const isRequired = this.#flowDepth === 0 && this.#indent === column;
    const token = this.#taken + this.#tokens.length - this.#head;
    this.#keys[this.#keys.length - 1] = { isPossible: true, isRequired, token, at, line, column };
  }

  #dropKey(): void {
    const key = this.#key;
    if (key.isPossible) refuseIfRequired(key);
    key.isPossible = false;
  }

  #beginBlock(kind: TokenKind, message: string): void {
    const { at, column } = this.#cursor;
    if (!this.#allowsKey) throw new Malformed("MALFORMED_YAML", message, at);
    this.#roll(kind, column, at, this.#tokens.length);
  }

  #roll(kind: TokenKind, column: number, at: number, index: number): void {
    if (this.#flowDepth > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#tokens.splice(index, 0, { kind, start: at, end: at, text: "", suffix: "", style: "PLAIN" });
  }

  #unroll(column: number): void {
    if (this.#flowDepth > 0) return;
    while (this.#indent > column) {
      this.#add("block-end", this.#cursor.at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }
}

function noKey(): SimpleKey {
  return { isPossible: false, isRequired: false, token: -1, at: 0, line: 0, column: 0 };
}

function refuseIfRequired({ isRequired, at }: SimpleKey): void {
  if (isRequired) throw new Malformed("MALFORMED_YAML", "could not find expected ':'", at);
}
