import { decodeUtf8 } from "../yaml/text.ts";
import type { Edited } from "./edit.ts";
import { editsBetween } from "./edits-between.ts";
import { generatedGuard, sopsGuard } from "./guards.ts";
import { type Hunk, hunksBetween, splitLines } from "./hunks.ts";
import { refused } from "./refusal.ts";

/** One file before a commit, after it, and now. */
export type Versions = { readonly before: Uint8Array; readonly after: Uint8Array; readonly current: Uint8Array };

/** Which of a commit's changes are meant: those that touch these byte ranges of the file before it or of the file now. */
export type Touched = { readonly before: readonly ByteRange[]; readonly current: readonly ByteRange[] };

/** Bytes from `start` up to `end`. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Takes back what a commit changed in a file, all of it or only what touches certain bytes: its own lines come back
 * byte for byte, and what was changed since stays. Refused where the same lines were changed since.
 */
export function revertHunks(file: string, versions: Versions, touched?: Touched): Edited {
  return revert(file, versions, (made, lines, since) =>
    touched === undefined ? made : made.flatMap(byLine).filter(isTouched(lines, since, touched)),
  );
}

// More lines than this were not written by a slip of the hand: what stands around them counts on them.
const MOST_LINES = 3;

/** Takes back each single place that a commit changed in a file, if it is small; none where it changed only one. */
export function revertEach(file: string, versions: Versions): readonly Edited[] {
  const [before = "", after = ""] = [versions.before, versions.after].map(decodeUtf8);
  const places = placesIn(hunksBetween(splitLines(before), splitLines(after)), {
    before: splitLines(before),
    after: splitLines(after),
  });
  return places.length < 2 ? [] : places.filter(isSmall).map((place) => revert(file, versions, () => [place]));
}

function isSmall({ start, end, startAfter, endAfter }: Hunk): boolean {
  return end - start <= MOST_LINES && endAfter - startAfter <= MOST_LINES;
}

/** Takes back those places that a commit changed in a file whose lines, old or new, have this word. */
export function revertNaming(file: string, versions: Versions, word: string): Edited {
  return revert(file, versions, (made, lines) =>
    placesIn(made, lines).filter(({ start, end, startAfter, endAfter }) =>
      [...lines.before.slice(start, end), ...lines.after.slice(startAfter, endAfter)].some((line) =>
        line.split(/[^\w.-]+/).includes(word),
      ),
    ),
  );
}

function placesIn(made: readonly Hunk[], lines: Pick<Lines, "before" | "after">): readonly Hunk[] {
  return made.flatMap((hunk) => (isOfEntries(hunk, lines) ? byLine(hunk) : [hunk]));
}

type Choice = (made: readonly Hunk[], lines: Lines, since: readonly Hunk[]) => readonly Hunk[];

function revert(file: string, versions: Versions, choose: Choice): Edited {
  const [before, after, current] = [versions.before, versions.after, versions.current].map(decodeUtf8);
  if (before === undefined || after === undefined || current === undefined) {
    return refused("NOT_UTF8", "expected UTF-8, found other bytes: take the change back by hand", file);
  }
  const guard = generatedGuard(file, current) ?? sopsGuard(current);
  if (guard !== undefined) return refused(guard.code, guard.message, file);
  const lines = { before: splitLines(before), after: splitLines(after), current: splitLines(current) };
  const since = hunksBetween(lines.after, lines.current);
  const made = hunksBetween(lines.before, lines.after);
  const meant = choose(made, lines, since);
  if (meant.length === 0) return refused("STALE", "expected lines that the commit changed, found none", file);
  const lost = meant.find((hunk) => since.some((later) => isOverlaid(hunk, later)));
  if (lost !== undefined) {
    const line = lost.startAfter + shiftAt(lost.startAfter, since) + 1;
    return refused(
      "CONFLICT",
      `expected the lines as the commit left them, found them changed since (about line ${line}): take them back by hand`,
      file,
    );
  }
  const text = takenBack(meant, lines, since);
  return { ok: true, edits: editsBetween(file, current, text), bytes: new TextEncoder().encode(text) };
}

type Lines = {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly current: readonly string[];
};

// Lines that were rewritten one for one can be taken back one by one.
function byLine(hunk: Hunk): readonly Hunk[] {
  const length = hunk.end - hunk.start;
  if (length !== hunk.endAfter - hunk.startAfter) return [hunk];
  return Array.from({ length }, (_, at) => {
    const [start, startAfter] = [hunk.start + at, hunk.startAfter + at];
    return { start, end: start + 1, startAfter, endAfter: startAfter + 1 };
  });
}

const ENTRY = /^\s*(?:- )?["']?[\w./-]+["']?:\s+(?:&[\w-]+\s+)?[^\s|>&][^\n]*\n?$/;

// Lines that each are an entry of a map, as deep as before: one says nothing of the next.
function isOfEntries(hunk: Hunk, { before, after }: Pick<Lines, "before" | "after">): boolean {
  const old = before.slice(hunk.start, hunk.end);
  const fresh = after.slice(hunk.startAfter, hunk.endAfter);
  const depth = (line = ""): number => line.search(/\S/);
  const isEntry = (line: string, at: number): boolean =>
    ENTRY.test(line) && ENTRY.test(fresh[at] ?? "") && depth(line) === depth(fresh[at]);
  return old.length === fresh.length && old.every(isEntry);
}

function isTouched({ before, current }: Lines, since: readonly Hunk[], touched: Touched): (hunk: Hunk) => boolean {
  const wasMeant = linesIn(before, touched.before);
  const isMeant = linesIn(current, touched.current);
  return ({ start, end, startAfter, endAfter }) => {
    const shift = shiftAt(startAfter, since);
    return wasMeant(start, end) || isMeant(startAfter + shift, endAfter + shift);
  };
}

function linesIn(lines: readonly string[], ranges: readonly ByteRange[]): (start: number, end: number) => boolean {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + Buffer.byteLength(line));
  const lineAt = (byte: number): number => starts.findLastIndex((start) => start <= byte);
  // The byte at the end of a range is not part of it, but an empty range still stands on a line.
  const spans = ranges.map(({ start, end }) => ({ first: lineAt(start), last: lineAt(Math.max(start, end - 1)) }));
  return (start, end) => spans.some(({ first, last }) => first < end && start <= last);
}

function isOverlaid(hunk: Hunk, later: Hunk): boolean {
  const [start, end] = [hunk.startAfter, hunk.endAfter];
  if (start === end) return later.start < start && start < later.end;
  if (later.start === later.end) return start < later.start && later.start < end;
  return later.start < end && start < later.end;
}

// How far lines after the commit have moved until now.
function shiftAt(line: number, since: readonly Hunk[]): number {
  const passed = since.filter(({ end }) => end <= line);
  return passed.reduce(
    (shift, { start, end, startAfter, endAfter }) => shift + endAfter - startAfter - (end - start),
    0,
  );
}

function takenBack(hunks: readonly Hunk[], lines: Lines, since: readonly Hunk[]): string {
  const { before, current } = lines;
  const pieces: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const { start, end, startAfter, endAfter } = hunk;
    const from = startAfter + shiftAt(startAfter, since) - belowOf(hunk, lines, since);
    pieces.push(...current.slice(at, from), ...before.slice(start, end));
    at = from + endAfter - startAfter;
  }
  return [...pieces, ...current.slice(at)].join("");
}

// How many lines were added since just where the commit took its own away, and go below these when they come back.
function belowOf(
  { start, end, startAfter, endAfter }: Hunk,
  { before, current }: Lines,
  since: readonly Hunk[],
): number {
  const added = since.find((later) => later.start === later.end && later.start === startAfter);
  if (startAfter < endAfter || added === undefined) return 0;
  const fresh = current.slice(added.startAfter, added.endAfter);
  return isPartOfAbove(fresh, before.slice(start, end)) ? 0 : fresh.length;
}

// Deeper lines, and the items of a list whose dashes stand as deep as its key, go on with what stands above them.
function isPartOfAbove(lines: readonly string[], below: readonly string[]): boolean {
  const [first = "", next = ""] = [lines, below].map((each) => each.find((line) => /\S/.test(line)));
  const [depth, limit] = [first.search(/\S/), next.search(/\S/)];
  return depth === limit ? /^\s*- /.test(first) && !/^\s*- /.test(next) : depth > limit;
}
