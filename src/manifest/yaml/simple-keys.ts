import { type Cursor, Malformed } from "./cursor.ts";

/** A place where a key without `?` may have begun: it is one only where a `:` follows on the same line. */
type SimpleKey = {
  /** The number of the token that it would be. */
  readonly token: number;
  readonly isRequired: boolean;
  readonly at: number;
  readonly line: number;
  readonly column: number;
};

const LONGEST_KEY = 1024;

/** The places where a key may have begun, one for each level of brackets that is open. */
export class SimpleKeys {
  readonly #cursor: Cursor;
  readonly #places: (SimpleKey | undefined)[] = [undefined];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Begins a level of brackets. */
  enter(): void {
    this.#places.push(undefined);
  }

  /** Ends a level of brackets. */
  leave(): void {
    this.#places.pop();
  }

  /** A key may begin here, with the token of this number; throws Malformed where one had to be in this place. */
  save(token: number, isRequired: boolean): void {
    this.drop();
    const { at, line, column } = this.#cursor;
    this.#places[this.#places.length - 1] = { token, isRequired, at, line, column };
  }

  /** What began on this level is no key; throws Malformed where it had to be one. */
  drop(): void {
    const key = this.#places.at(-1);
    if (key?.isRequired) throw malformed(key);
    this.#places[this.#places.length - 1] = undefined;
  }

  /** The key that a `:` here ends, which is then no longer open; undefined where there is none. */
  take(): SimpleKey | undefined {
    const level = this.#places.length - 1;
    const key = this.#valid(level);
    this.#places[level] = undefined;
    return key;
  }

  /** Whether the token of this number may yet turn out to be a key, so that it has to wait. */
  mayBegin(token: number): boolean {
    const level = this.#places.findIndex((key) => key?.token === token);
    return level >= 0 && this.#valid(level) !== undefined;
  }

  #valid(level: number): SimpleKey | undefined {
    const key = this.#places[level];
    const { line, at } = this.#cursor;
    if (key === undefined || (key.line === line && key.at + LONGEST_KEY >= at)) return key;
    if (key.isRequired) throw malformed(key);
    this.#places[level] = undefined;
    return undefined;
  }
}

function malformed({ at }: SimpleKey): Malformed {
  return new Malformed("MALFORMED_YAML", "could not find expected ':'", at);
}
