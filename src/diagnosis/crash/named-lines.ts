import { hunksBetween, splitLines } from "../../manifest/edit/hunks.ts";
import { hasWord, newWords } from "../match.ts";
import type { Complaint } from "../message/complaint.ts";
import type { Suspect } from "../suspects.ts";

/**
 * A change of a text of several lines, cut down to the one place that the program names: what else the commit did to
 * the text is innocent. The change as it is where the program names no place of it, or more than one.
 */
export function cutToNamed(suspect: Suspect, complaints: readonly Complaint[]): Suspect {
  const { from, to } = suspect;
  if (typeof from !== "string" || typeof to !== "string") return suspect;
  const pieces = piecesOf(splitLines(from), splitLines(to));
  const isSaid = (word: string): boolean => complaints.some(({ line }) => hasWord(line, word));
  for (const words of [keysOf, newWords]) {
    const named = pieces.filter((piece) => words(piece).some(isSaid));
    const [only, another] = named;
    if (only !== undefined && another === undefined && pieces.length > 1)
      return { ...suspect, from: withPiece(splitLines(to), only) };
  }
  return suspect;
}

// Lines that became others, with where these stand in the new text.
type Piece = { readonly from: string; readonly to: string; readonly start: number; readonly count: number };

// As many lines as before are taken one by one.
function piecesOf(before: readonly string[], after: readonly string[]): readonly Piece[] {
  return hunksBetween(before, after).flatMap(({ start, end, startAfter, endAfter }) => {
    const old = before.slice(start, end);
    const fresh = after.slice(startAfter, endAfter);
    return old.length === fresh.length
      ? fresh.map((line, at) => ({ from: old[at] ?? "", to: line, start: startAfter + at, count: 1 }))
      : [{ from: old.join(""), to: fresh.join(""), start: startAfter, count: fresh.length }];
  });
}

// The names on the left of `:` and `=`.
function keysOf({ from, to }: Piece): readonly string[] {
  const keys = [...`${from}${to}`.matchAll(/^\s*(?:-\s+)?["']?([\w.-]{2,})["']?\s*[:=]/gm)];
  return keys.map(([, key = ""]) => key);
}

function withPiece(lines: readonly string[], { from, start, count }: Piece): string {
  return [...lines.slice(0, start), from, ...lines.slice(start + count)].join("");
}
