import type { Action, Piece } from "./template-text.ts";

/** A line of a template as YAML reads it: the key it sets and what is written for it. */
export type KeyedLine = {
  /** Its literal text; every action is one `HOLE`. */
  readonly text: string;
  readonly actions: readonly Action[];
  /** Undefined where the line sets no key. */
  readonly key: string | undefined;
  /** What is written for the key: literal text and the actions in it, without quotes and remarks. */
  readonly value: readonly Piece[];
  /** Whether the value is not all in this line. */
  readonly goesOn: boolean;
};

/** Stands for an action in a line's text; no YAML holds this character. */
export const HOLE = "\u0001";

const KEYED = new RegExp(`^\\s*(?:${HOLE}\\s+)*(?:-\\s+)*(["']?)([^\\s"':#-][^\\s"':]*)\\1\\s*:(?:\\s+(.*))?$`);
// What stands before a key without a space only says whether it is there.
const LED = new RegExp(`^${HOLE}+(?=[^${HOLE}]+$)`);

/** Reads one line of a template. */
export function keyedLine(pieces: readonly Piece[]): KeyedLine {
  const text = pieces
    .map((piece) => (typeof piece === "string" ? piece : HOLE))
    .join("")
    .trimEnd();
  const actions = pieces.filter((piece) => typeof piece !== "string");
  const [, , key, written = ""] = KEYED.exec(text) ?? [];
  const value = unquoted(written);
  const before = text.slice(0, text.length - written.length).split(HOLE).length - 1;
  const goesOn = /^(?:$|[|>&*[{])/.test(value);
  return { text, actions, key: key?.replace(LED, ""), value: filled(value, actions.slice(before)), goesOn };
}

function unquoted(written: string): string {
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(written);
  return quoted?.[2] ?? written.replace(/ #.*$/, "").trim();
}

function filled(text: string, actions: readonly Action[]): readonly Piece[] {
  const [first = "", ...others] = text.split(HOLE);
  return [first, ...others.flatMap((literal, at): readonly Piece[] => [...actions.slice(at, at + 1), literal])];
}

/** Whether a text may be what these parts write, one after the other; an undefined part writes anything. */
export function mayWrite(parts: readonly (string | undefined)[], text: string): boolean {
  const literals = [""];
  for (const part of parts) {
    if (part === undefined) literals.push("");
    else literals.push((literals.pop() ?? "") + part);
  }
  const [first = "", ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return text.endsWith(last) && at + last.length <= text.length;
}
