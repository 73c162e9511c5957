import { composeFirst } from "./compose.ts";
import { Malformed } from "./cursor.ts";
import { isNull, type Node } from "./node.ts";
import { partOf, type Text } from "./text.ts";

/** What is wrong with a text that is not YAML as Kubernetes reads it; `at` is a byte offset in the file. */
type Flaw = { readonly code: string; readonly message: string; readonly at: number };

/** The documents of a text, or what is wrong with it. */
export type Parsed =
  | { readonly ok: true; readonly documents: readonly Node[] }
  | { readonly ok: false; readonly flaw: Flaw };

const LARGEST_TEXT = 16 * 1024 * 1024;
// What go-yaml refuses by name.
const CONTROL = /[[\p{Cc}--[\t\n\r\u0085]]\ufffe\uffff]/v;

/**
 * Reads every document of a text as kustomize does: documents are cut at lines that begin with `---`, each is read on
 * its own, aliases and merge keys are put in place, empty documents are left out.
 */
export function parseObjects(text: Text): Parsed {
  return parsed(text, () => pieces(text.text).map(({ start, end }) => firstOf(text, start, end)));
}

/** Reads the first document of a text as kustomize reads its own configuration: without cutting. */
export function parseConfiguration(text: Text): Parsed {
  return parsed(text, () => [firstOf(text, 0, text.text.length)]);
}

function parsed(text: Text, read: () => readonly (Node | undefined)[]): Parsed {
  try {
    checkCharacters(text.text);
    return { ok: true, documents: read().flatMap((node) => (node === undefined || isNull(node) ? [] : [node])) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { code, message, at } = error;
    return { ok: false, flaw: { code, message, at: text.span(at, at).start } };
  }
}

function checkCharacters(text: string): void {
  if (text.length > LARGEST_TEXT) {
    throw new Malformed("TOO_LARGE", `expected at most ${LARGEST_TEXT} characters, found ${text.length}`, 0);
  }
  const at = text.search(CONTROL);
  if (at >= 0) throw new Malformed("MALFORMED_YAML", "control characters are not allowed", at);
}

function pieces(text: string): readonly { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(/\n---[^\n]*\n/g)) {
    const rest = match[0].slice(4).trim();
    if (rest !== "" && !rest.startsWith("#")) {
      throw new Malformed("MALFORMED_YAML", `invalid document separator: ${match[0].trim()}`, match.index + 1);
    }
    // The line break before a separator belongs to the document before it.
    found.push({ start, end: match.index + 1 });
    start = match.index + match[0].length;
  }
  return [...found, { start, end: text.length }];
}

function firstOf(text: Text, start: number, end: number): Node | undefined {
  const isWhole = start === 0 && end === text.text.length;
  try {
    return composeFirst(isWhole ? text : partOf(text, start, end));
  } catch (error) {
    if (error instanceof Malformed) throw new Malformed(error.code, error.message, start + error.at);
    throw error;
  }
}
