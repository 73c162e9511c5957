import { type Scalar, scalarAt } from "../../yaml/node.ts";
import { scalarText } from "../../yaml/print.ts";
import { plainTag } from "../../yaml/scalar.ts";
import { resolveNode } from "../../yaml/value.ts";
import { meaningOf, reread } from "../reread.ts";
import type { Substituted } from "./substitute.ts";
import { BadSubstitution } from "./template.ts";

// Neither a control character nor one that YAML takes for a line break.
const ORDINARY = /^[\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;
const NEEDS_QUOTES = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))|:(?:[ \t]|$)|[ \t]#|^[ \t]|[ \t]$/;
const SINGLE_QUOTED = /^'((?:[^']|'')*)'$/;

/**
 * What substitution makes of one scalar by itself; undefined where that cannot be told without the text around it. Far
 * cheaper than printing and reading the whole object, and the same (a test compares the two).
 */
export function substituteScalar(scalar: Scalar, substitute: (text: string) => Substituted): Scalar | undefined {
  // Not `scalar.text`: a folded block is printed otherwise than it is written.
  const { value } = resolveNode(scalar);
  if (typeof value !== "string") return undefined;
  const printed = scalarText(scalar, "  ");
  if (printed.startsWith("|")) return substituteLines(scalar, value, substitute);
  const substituted = substitute(printed);
  if (!substituted.ok) return undefined;
  if (printed === value) return readPlain(scalar, substituted.text);
  if (!ORDINARY.test(substituted.text)) return undefined;
  const quoted = SINGLE_QUOTED.exec(substituted.text)?.[1];
  return quoted === undefined ? undefined : scalarAt(scalar, quoted.replaceAll("''", "'"), "!!str", "QUOTE_SINGLE");
}

function readPlain(scalar: Scalar, text: string): Scalar | undefined {
  if (text === "") return scalarAt(scalar, "null", "!!null", "PLAIN");
  // Read as an anchor, an alias or an indentation, which is never what anyone meant.
  if (/^[&*\t]/.test(text)) throw new BadSubstitution(`a value may not begin with ${JSON.stringify(text.charAt(0))}`);
  if (NEEDS_QUOTES.test(text) || !ORDINARY.test(text)) return undefined;
  const fresh = scalarAt(scalar, text, plainTag(text), "PLAIN");
  return meaningOf(fresh).flaw === undefined ? (reread(fresh) as Scalar) : undefined;
}

/** A block of lines, none of which may lose or gain the space it begins with, or become empty. */
function substituteLines(scalar: Scalar, text: string, substitute: (text: string) => Substituted): Scalar | undefined {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const substituted = line.includes("$") ? substitute(line) : undefined;
    if (substituted === undefined) lines.push(line);
    else if (substituted.ok && isLike(substituted.text, line)) lines.push(substituted.text);
    else return undefined;
  }
  return scalarAt(scalar, lines.join("\n"), "!!str", "BLOCK_LITERAL");
}

function isLike(after: string, before: string): boolean {
  return ORDINARY.test(after.trimStart()) && after.trim() !== "" && spaceBefore(after) === spaceBefore(before);
}

function spaceBefore(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}
