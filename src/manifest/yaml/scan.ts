import { Cursor, DASH, isBlank, isBlankOrEnd, isBreak, Malformed, SPACE, TAB } from "./cursor.ts";
import { scanAnchor, scanDirective, scanTag } from "./scan-property.ts";
import { type ScannedScalar, scanBlock, scanPlain, scanQuoted } from "./scan-scalar.ts";
import { SimpleKeys } from "./simple-keys.ts";
import { type Token, type TokenKind, TokenQueue } from "./token.ts";

const [DOUBLE_QUOTE, HASH, PERCENT, AMPERSAND, SINGLE_QUOTE, STAR, COMMA] = [34, 35, 37, 38, 39, 42, 44];
const [COLON, GREATER, QUESTION, OPEN_LIST, CLOSE_LIST, OPEN_MAP, PIPE, CLOSE_MAP] = [
  58, 62, 63, 91, 93, 123, 124, 125,
];
const [BANG, BYTE_ORDER_MARK] = [33, 0xfeff];
const INDICATORS = new Set([...",[]{}#&*!|>'\"%@`-?:"].map((character) => character.charCodeAt(0)));

/**
 * Cuts a text into tokens as libyaml does, which is what Kubernetes tools read YAML with: what it takes, this takes, and
 * what it refuses is refused.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens = new TokenQueue();
  #indent = -1;
  readonly #indents: number[] = [];
  #flowDepth = 0;
  #allowsKey = true;
  readonly #keys: SimpleKeys;
  readonly #fetchers: ReadonlyMap<number, () => void>;

  constructor(text: string) {
    // A byte order mark is no part of the first line.
    this.#cursor = new Cursor(text, text.startsWith("\ufeff") ? 1 : 0);
    this.#keys = new SimpleKeys(this.#cursor);
    this.#fetchers = new Map<number, () => void>([
      [OPEN_LIST, () => this.#beginFlow("flow-list")],
      [OPEN_MAP, () => this.#beginFlow("flow-map")],
      [CLOSE_LIST, () => this.#endFlow("flow-list-end")],
      [CLOSE_MAP, () => this.#endFlow("flow-map-end")],
      [COMMA, () => this.#separateFlow()],
      [DASH, () => this.#beginEntry()],
      [QUESTION, () => this.#beginKey()],
      [COLON, () => this.#beginValue()],
      [STAR, () => this.#addAnchor("alias")],
      [AMPERSAND, () => this.#addAnchor("anchor")],
      [BANG, () => this.#addTag()],
      [PIPE, () => this.#addBlock(true)],
      [GREATER, () => this.#addBlock(false)],
      [SINGLE_QUOTE, () => this.#addQuoted()],
      [DOUBLE_QUOTE, () => this.#addQuoted()],
    ]);
  }

  /** The next token, without taking it. */
  peek(): Token {
    // The reader this follows looks two tokens ahead, and so may stumble two tokens earlier.
    while (this.#tokens.waiting <= 2 || this.#keys.mayBegin(this.#tokens.taken)) this.#fetch();
    return this.#tokens.head;
  }

  /** Takes the next token. */
  next(): Token {
    this.peek();
    return this.#tokens.take();
  }

  #fetch(): void {
    this.#skipToToken();
    const cursor = this.#cursor;
    this.#unroll(cursor.column);
    const code = cursor.code();
    if (Number.isNaN(code)) this.#addMark("stream-end", 0);
    else if (cursor.column === 0 && code === PERCENT) this.#addDirective();
    else if (cursor.isAtDocumentIndicator()) this.#addMark(code === DASH ? "document-start" : "document-end", 3);
    else if (this.#isIndicator(code)) this.#fetchers.get(code)?.();
    else this.#addPlain(code);
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
    this.#keys.drop();
    this.#allowsKey = false;
    const start = this.#cursor.at;
    this.#cursor.skip(length);
    this.#add(kind, start);
  }

  #addDirective(): void {
    this.#unroll(-1);
    this.#keys.drop();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    const { kind, text, suffix } = scanDirective(this.#cursor);
    this.#add(kind, at, text, suffix);
  }

  #beginFlow(kind: TokenKind): void {
    this.#saveKey();
    this.#keys.enter();
    this.#flowDepth++;
    this.#allowsKey = true;
    this.#addIndicator(kind);
  }

  #endFlow(kind: TokenKind): void {
    this.#keys.drop();
    if (this.#flowDepth > 0) {
      this.#flowDepth--;
      this.#keys.leave();
    }
    this.#allowsKey = false;
    this.#addIndicator(kind);
  }

  #separateFlow(): void {
    this.#keys.drop();
    this.#allowsKey = true;
    this.#addIndicator("flow-entry");
  }

  #beginEntry(): void {
    if (this.#flowDepth === 0) this.#beginBlock("block-list", "block sequence entries are not allowed in this context");
    this.#keys.drop();
    this.#allowsKey = true;
    this.#addIndicator("block-entry");
  }

  #beginKey(): void {
    if (this.#flowDepth === 0) this.#beginBlock("block-map", "mapping keys are not allowed in this context");
    this.#keys.drop();
    this.#allowsKey = this.#flowDepth === 0;
    this.#addIndicator("key");
  }

  #beginValue(): void {
    const key = this.#keys.take();
    if (key !== undefined) {
      this.#tokens.insert(key.token, { kind: "key", start: key.at, end: key.at, text: "", suffix: "", style: "PLAIN" });
      this.#roll("block-map", key.column, key.at, key.token);
      this.#allowsKey = false;
    } else {
      if (this.#flowDepth === 0) this.#beginBlock("block-map", "mapping values are not allowed in this context");
      this.#allowsKey = this.#flowDepth === 0;
    }
    this.#addIndicator("value");
  }

  #addAnchor(kind: "alias" | "anchor"): void {
    this.#saveKey();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    this.#add(kind, at, scanAnchor(this.#cursor));
  }

  #addTag(): void {
    this.#saveKey();
    this.#allowsKey = false;
    const { at } = this.#cursor;
    const { handle, suffix } = scanTag(this.#cursor);
    this.#add("tag", at, handle, suffix);
  }

  #addBlock(isLiteral: boolean): void {
    this.#keys.drop();
    this.#allowsKey = true;
    this.#addScalar(this.#cursor.at, scanBlock(this.#cursor, this.#indent, isLiteral));
  }

  #addQuoted(): void {
    this.#saveKey();
    this.#allowsKey = false;
    this.#addScalar(this.#cursor.at, scanQuoted(this.#cursor));
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

  #isIndicator(code: number): boolean {
    if (code === DASH) return isBlankOrEnd(this.#cursor.code(1));
    // These two stand alone in a block; within brackets whatever follows them.
    if (code === QUESTION || code === COLON) return this.#flowDepth > 0 || isBlankOrEnd(this.#cursor.code(1));
    if (code === PIPE || code === GREATER) return this.#flowDepth === 0;
    return this.#fetchers.has(code);
  }

  #saveKey(): void {
    if (!this.#allowsKey) return;
    const isRequired = this.#flowDepth === 0 && this.#indent === this.#cursor.column;
    this.#keys.save(this.#tokens.following, isRequired);
  }

  #beginBlock(kind: TokenKind, message: string): void {
    const { at, column } = this.#cursor;
    if (!this.#allowsKey) throw new Malformed("MALFORMED_YAML", message, at);
    this.#roll(kind, column, at, this.#tokens.following);
  }

  #roll(kind: TokenKind, column: number, at: number, before: number): void {
    if (this.#flowDepth > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#tokens.insert(before, { kind, start: at, end: at, text: "", suffix: "", style: "PLAIN" });
  }

  #unroll(column: number): void {
    if (this.#flowDepth > 0) return;
    while (this.#indent > column) {
      this.#add("block-end", this.#cursor.at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }
}
