import { diffWordsWithSpace } from "diff";
import type { ScalarStyle } from "../yaml/scalar.ts";
import { escaped } from "./scalar-text.ts";
import { nextLine } from "./text.ts";
import { isBlockScalar, type WrittenScalar } from "./written.ts";

// Beyond this many changed words a text is rather written anew.
const MOST_CHANGES = 200;

/**
 * A scalar's source with only the words changed that differ, so that its other escapes and line breaks stay;
 * undefined where old and new text cannot be laid over the source.
 */
export function respelled(value: string, old: WrittenScalar, text: string): string | undefined {
  const source = text.slice(old.start, old.end);
  const offsets = offsetsIn(source, old);
  const parts = diffWordsWithSpace(old.text, value, { maxEditLength: MOST_CHANGES });
  if (offsets === undefined || parts === undefined) return undefined;
  let at = 0;
  const pieces = parts.map((part) => {
    if (part.added) return spelled(part.value, old);
    const start = offsets[at];
    at += part.value.length;
    return part.removed ? "" : source.slice(start, offsets[at]);
  });
  return pieces.includes(undefined)
    ? undefined
    : source.slice(0, offsets[0]) + pieces.join("") + source.slice(offsets[at]);
}

function spelled(text: string, { style }: WrittenScalar): string | undefined {
  if (style === "QUOTE_DOUBLE") return escaped(text);
  if (text.includes("\n")) return undefined;
  return style === "QUOTE_SINGLE" ? text.replaceAll("'", "''") : text;
}

// For every character of the value, and for its end, where it stands in the source; undefined where they do not match.
function offsetsIn(source: string, scalar: WrittenScalar): number[] | undefined {
  const isBlock = isBlockScalar(scalar);
  const body = isBlock ? nextLine(source, 0) : 0;
  const indent = isBlock ? (/^ */.exec(source.slice(body))?.[0].length ?? 0) : undefined;
  const value = isBlock ? scalar.text.replace(/\n+$/, "") : scalar.text;
  const offsets: number[] = [];
  let at = body + (indent ?? (scalar.style === "PLAIN" ? 0 : 1));
  while (offsets.length < value.length) {
    const step = stepAt(source, at, { value, at: offsets.length, style: scalar.style, indent });
    if (step === undefined) return undefined;
    for (let count = 0; count < step.characters; count++) offsets.push(at);
    at += step.length;
  }
  for (let left = scalar.text.length - value.length; left >= 0; left--) offsets.push(at);
  return offsets;
}

// How many characters of the source say how many of the value.
type Step = { readonly length: number; readonly characters: number };
type Reading = {
  readonly value: string;
  readonly at: number;
  readonly style: ScalarStyle;
  readonly indent: number | undefined;
};

function stepAt(source: string, at: number, { value, at: read, style, indent }: Reading): Step | undefined {
  const rest = source.slice(at, at + LONGEST_STEP);
  const breaks = (indent === undefined ? /^(?:[ \t]*\r?\n)+[ \t]*/ : /^\r?\n(?:[ \t]*\r?\n)* */).exec(rest)?.[0];
  if (breaks !== undefined) return lineBreakStep(breaks, value.slice(read), indent);
  if (style === "QUOTE_DOUBLE" && rest.startsWith("\\")) return escapeStep(rest);
  if (rest.charAt(0) !== value.charAt(read)) return undefined;
  return { length: style === "QUOTE_SINGLE" && rest.startsWith("''") ? 2 : 1, characters: 1 };
}

// Blank lines and indentation between two words: more is no text that people write.
const LONGEST_STEP = 1000;

function lineBreakStep(breaks: string, value: string, indent: number | undefined): Step | undefined {
  const lines = breaks.split("\n").length - 1;
  const spaces = breaks.length - breaks.lastIndexOf("\n") - 1;
  const length = breaks.length - (indent === undefined ? 0 : spaces - Math.min(spaces, indent));
  const written = /^\n*/.exec(value)?.[0].length ?? 0;
  if (written === lines || (written === lines - 1 && written > 0)) return { length, characters: written };
  return lines === 1 && value.startsWith(" ") ? { length, characters: 1 } : undefined;
}

function escapeStep(rest: string): Step | undefined {
  const joined = /^\\\r?\n[ \t]*/.exec(rest)?.[0];
  if (joined !== undefined) return { length: joined.length, characters: 0 };
  const wide = /^\\(?:x.{2}|u.{4}|U.{8})/s.exec(rest)?.[0];
  if (wide === undefined) return { length: 2, characters: 1 };
  const code = Number.parseInt(wide.slice(2), 16);
  return { length: wide.length, characters: code > 0xffff ? 2 : 1 };
}
