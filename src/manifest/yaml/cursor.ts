/** What is wrong with a text; `at` is an offset in it. */
export class Malformed extends Error {
  readonly code: string;
  readonly at: number;

  constructor(code: string, message: string, at: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** A place in a text that moves on. Offsets and columns count UTF-16 units. */
export class Cursor {
  readonly text: string;
  at: number;
  line = 0;
  #lineStart: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
    this.#lineStart = at;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  /** The character some places ahead; NaN behind the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  /** Moves on within the line. */
  skip(count = 1): void {
    this.at += count;
  }

  /** Moves behind a line break; answers what the break counts as in a text. */
  breakLine(): string {
    const code = this.code();
    this.at += code === CR && this.code(1) === LF ? 2 : 1;
    this.line++;
    this.#lineStart = this.at;
    return code === LS || code === PS ? String.fromCharCode(code) : "\n";
  }

  /** Moves to the end of the line. */
  skipToBreak(): void {
    while (!isBreakOrEnd(this.code())) this.at++;
  }

  /** Moves behind spaces and tabs. */
  skipBlanks(): void {
    while (isBlank(this.code())) this.at++;
  }

  /** Whether the line begins with `---` or `...`. */
  isAtDocumentIndicator(): boolean {
    if (this.column !== 0) return false;
    const code = this.code();
    const isIndicator = code === DASH || code === DOT;
    return isIndicator && this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3));
  }
}

const [LF, CR, DOT] = [10, 13, 46];
/** The code points that scanners ask for by name. */
export const [TAB, SPACE, DASH] = [9, 32, 45];
const [NEL, LS, PS] = [0x85, 0x2028, 0x2029];

/** A space or a tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** A line break, as YAML 1.1 has them. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || code === LS || code === PS;
}

/** A line break, or the end of the text. */
export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || Number.isNaN(code);
}

/** A space, a tab, a line break, or the end of the text. */
export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}
