import { diffArrays } from "diff";
import { isPrintable } from "./scalar-text.ts";
import { lineEnd, nextLine } from "./text.ts";
import type { WrittenScalar } from "./written.ts";

/** Where a block scalar stands: the columns of its owner (key or dash) and of its own lines. */
export type BlockPlace = { readonly owner: number; readonly indent: number; readonly lineBreak: string };

/** Whether a text can be written as a block of lines. */
export function fitsBlock(value: string): boolean {
  return /[^\n]/.test(value) && isPrintable(value) && !/\r|^\n*\t/.test(value);
}

/** A text as a literal block (`|`): its header and lines, without the last line break. */
export function literalBlock(value: string, place: BlockPlace): string {
  return [header("|", value, place, ""), ...indented(linesOf(value), place.indent)].join(place.lineBreak);
}

/** The ways to write a text in place of that of a block: lines that stay keep their bytes, and the header, too, where it can. */
export function blocksLike(value: string, old: WrittenScalar, text: string, place: BlockPlace): readonly string[] {
  const source = text.slice(nextLine(text, old.start), old.end).split(/\r?\n/);
  const indent = /\S/.test(old.text) ? indentIn(source) : place.indent;
  const body = linesLike(value, old.text, source, indent).join(place.lineBreak);
  const written = text.slice(old.start, lineEnd(text, old.start));
  const trailing = written.replace(/^[|>][-+\d]*/, "");
  const character = old.style === "BLOCK_FOLDED" ? ">" : "|";
  const fresh = header(character, value, { ...place, indent }, trailing);
  return [written, fresh].map((first) => first + place.lineBreak + body);
}

function linesLike(value: string, before: string, source: readonly string[], indent: number): readonly string[] {
  const lines = linesOf(before);
  const kept = source.length === lines.length ? source : indented(lines, indent);
  let at = 0;
  return diffArrays(lines, linesOf(value)).flatMap((part) => {
    if (part.added) return indented(part.value, indent);
    at += part.value.length;
    return part.removed ? [] : kept.slice(at - part.value.length, at);
  });
}

function header(character: string, value: string, { owner, indent }: BlockPlace, trailing: string): string {
  // Lines that begin with a space would be taken for the indentation itself.
  const indicator = /^\n* /.test(value) ? String(indent - owner) : "";
  const chomp = value.endsWith("\n") ? (/\n\n$/.test(value) ? "+" : "") : "-";
  return `${character}${indicator}${chomp}${trailing}`;
}

function linesOf(value: string): string[] {
  return (value.endsWith("\n") ? value.slice(0, -1) : value).split("\n");
}

function indented(lines: readonly string[], indent: number): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
}

function indentIn(lines: readonly string[]): number {
  return Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
}
