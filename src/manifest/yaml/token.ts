import { Malformed } from "./cursor.ts";
import type { ScalarStyle } from "./scalar.ts";

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

const MOST_TAKEN = 1000;

/** Tokens that wait to be taken, numbered from the beginning of the text. */
export class TokenQueue {
  #tokens: Token[] = [];
  #head = 0;
  #taken = 0;

  /** The token that is next; only where one waits. */
  get head(): Token {
    return this.#tokens[this.#head] as Token;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#tokens.length - this.#head;
  }

  /** How many were taken, which is the number of the next. */
  get taken(): number {
    return this.#taken;
  }

  /** The number that a token pushed now would get. */
  get following(): number {
    return this.#taken + this.waiting;
  }

  push(token: Token): void {
    this.#tokens.push(token);
  }

  /** Puts a token before the one of this number, which still waits. */
  insert(number: number, token: Token): void {
    this.#tokens.splice(this.#head + number - this.#taken, 0, token);
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.head;
    this.#head++;
    this.#taken++;
    if (this.#head > MOST_TAKEN) {
      this.#tokens = this.#tokens.slice(this.#head);
      this.#head = 0;
    }
    return token;
  }
}

/** What is wrong with a token, where it stands. */
export function malformed(message: string, { start }: Token): Malformed {
  return new Malformed("MALFORMED_YAML", message, start);
}
