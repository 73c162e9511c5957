import { type Hunk, hunksBetween, splitLines } from "../manifest/edit/hunks.ts";

/** How many lines a diff shows before and after what changes. */
export const CONTEXT = 3;

/** Files by path; null where there is none. */
export type Files = ReadonlyMap<string, Uint8Array | null>;

/** A diff that `git apply` takes: what turns these files into those, new and deleted ones included. */
export function unifiedDiff(before: Files, after: Files): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.map((path) => fileDiff(path, before.get(path) ?? null, after.get(path) ?? null)).join("");
}

function fileDiff(path: string, before: Uint8Array | null, after: Uint8Array | null): string {
  const [old, fresh] = [before, after].map((bytes) =>
    bytes === null ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
  );
  if (old === undefined || fresh === undefined || (old === fresh && (before === null) === (after === null))) return "";
  const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const mode = before === null ? "new file mode 100644\n" : after === null ? "deleted file mode 100644\n" : "";
  const head = `diff --git ${from} ${to}\n${mode}`;
  const hunks = hunkTexts(splitLines(old), splitLines(fresh));
  if (hunks.length === 0) return head;
  return `${head}--- ${before === null ? "/dev/null" : from}\n+++ ${after === null ? "/dev/null" : to}\n${hunks.join("")}`;
}

function hunkTexts(before: readonly string[], after: readonly string[]): readonly string[] {
  const groups: Hunk[][] = [];
  for (const hunk of hunksBetween(before, after)) {
    const last = groups.at(-1);
    // Hunks whose context would overlap are told as one.
    if (last !== undefined && hunk.start - (last.at(-1)?.end ?? 0) <= 2 * CONTEXT) last.push(hunk);
    else groups.push([hunk]);
  }
  return groups.map((group) => groupText(group, before, after));
}

function groupText(group: readonly Hunk[], before: readonly string[], after: readonly string[]): string {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return "";
  const start = Math.max(0, first.start - CONTEXT);
  const end = Math.min(before.length, last.end + CONTEXT);
  const startAfter = first.startAfter - (first.start - start);
  const endAfter = last.endAfter + (end - last.end);
  const lines: string[] = [];
  let at = start;
  for (const hunk of group) {
    lines.push(...before.slice(at, hunk.start).map((line) => marked(" ", line)));
    lines.push(...before.slice(hunk.start, hunk.end).map((line) => marked("-", line)));
    lines.push(...after.slice(hunk.startAfter, hunk.endAfter).map((line) => marked("+", line)));
    at = hunk.end;
  }
  lines.push(...before.slice(at, end).map((line) => marked(" ", line)));
  return `@@ -${extent(start, end)} +${extent(startAfter, endAfter)} @@\n${lines.join("")}`;
}

// Lines are counted from 1; an empty range stands after the line before it.
function extent(start: number, end: number): string {
  const length = end - start;
  return `${length === 0 ? start : start + 1}${length === 1 ? "" : `,${length}`}`;
}

function marked(mark: string, line: string): string {
  return line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

// Git reads a name in quotes as C does: bytes in octal.
function quoted(path: string): string {
  const safe = path.replaceAll(/["\\\p{Cc}]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
  return safe === path ? path : `"${safe}"`;
}
