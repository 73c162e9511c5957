import { hunksBetween, splitLines } from "../../manifest/edit/hunks.ts";
import { hasWord, newWords } from "../match.ts";
import type { Complaint } from "../message/complaint.ts";
import type { Suspect } from "../suspect.ts";

/**
 * A change of a text of several lines, or of a list of arguments, cut down to the one place that the program names:
 * what else the commit did to it is innocent. The change as it is where the program names no place, or more than one.
 */
export function cutToNamed(suspect: Suspect, complaints: readonly Complaint[]): Suspect {
  const { from, to } = suspect;
  if (isTexts(from) && isTexts(to)) {
    const only = onlyNamed(argumentsOf(from, to), complaints);
    return only === undefined ? suspect : { ...suspect, from: withPiece(to, only) };
  }
  if (typeof from !== "string" || typeof to !== "string") return suspect;
  const only = onlyNamed(linesOf(splitLines(from), splitLines(to)), complaints);
  return only === undefined ? suspect : { ...suspect, from: withPiece(splitLines(to), only).join("") };
}

function isTexts(value: Suspect["from"]): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function onlyNamed(pieces: readonly Piece[], complaints: readonly Complaint[]): Piece | undefined {
  const isSaid = (word: string): boolean => complaints.some(({ line }) => hasWord(line, word));
  for (const words of [keysOf, newWords]) {
    const named = pieces.filter((piece) => words(piece).some(isSaid));
    const [only, another] = named;
    if (only !== undefined && another === undefined && pieces.length > 1) return only;
  }
  return undefined;
}

// Lines that became others, with where these stand in the new text.
type Piece = { readonly from: string | null; readonly to: string; readonly start: number; readonly count: number };

// As many lines as before are taken one by one.
function linesOf(before: readonly string[], after: readonly string[]): readonly Piece[] {
  return hunksBetween(before, after).flatMap(({ start, end, startAfter, endAfter }) => {
    const old = before.slice(start, end);
    const fresh = after.slice(startAfter, endAfter);
    return old.length === fresh.length
      ? fresh.map((line, at) => ({ from: old[at] ?? "", to: line, start: startAfter + at, count: 1 }))
      : [{ from: old.join(""), to: fresh.join(""), start: startAfter, count: fresh.length }];
  });
}

// A flag that was added, or written otherwise, stands for itself.
function argumentsOf(before: readonly string[], after: readonly string[]): readonly Piece[] {
  return hunksBetween(before, after).flatMap(({ start, end, startAfter, endAfter }) => {
    const [old, fresh] = [before.slice(start, end), after.slice(startAfter, endAfter)];
    if (old.length > 0 && old.length !== fresh.length) return [];
    return fresh.map((to, at) => ({ from: old[at] ?? null, to, start: startAfter + at, count: 1 }));
  });
}

// The names on the left of `:` and `=`.
function keysOf({ from, to }: Piece): readonly string[] {
  const keys = [...`${from ?? ""}${to}`.matchAll(/^\s*(?:-\s+|--?)?["']?([\w.-]{2,})["']?\s*[:=]/gm)];
  return keys.map(([, key = ""]) => key);
}

function withPiece(lines: readonly string[], { from, start, count }: Piece): readonly string[] {
  return [...lines.slice(0, start), ...(from === null ? [] : [from]), ...lines.slice(start + count)];
}
