import type { ChangedFile, Commit } from "../../evidence/commit.ts";
import { isKustomizationFile } from "../../manifest/kustomize/kustomization-file.ts";

/** Where a commit put the content that stood at or below a path, once for each new place. */
export function movedTo(commit: Commit, path: string): ReadonlySet<string> {
  const gone = commit.files.filter(({ path: file, after }) => after === null && isAtOrBelow(file, path));
  // Kustomization files are all alike: they tell where a folder went only where it held nothing else.
  const telling = gone.filter((file) => !isKustomizationFile(file.path));
  const added = commit.files.filter(isAdded);
  const places = new Set<string>();
  for (const file of telling.length > 0 ? telling : gone) {
    const below = file.path.slice(path.length);
    const sameName = added.filter((other) => other.path.endsWith(below) && nameOf(other.path) === nameOf(file.path));
    for (const { path: to } of likest(file, sameName)) places.add(to.slice(0, to.length - below.length));
  }
  return places;
}

/** Whether the commit made this file. */
export function isAdded(file: ChangedFile): boolean {
  return file.before === null && file.after !== null;
}

/** Whether a path is another one, or stands beneath it. */
export function isAtOrBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The new files that a lost one may have become; one, where that is clear. A commit may move many files of one name that
 * are alike: then the content decides, and after it the folders on the way, for a thing seldom loses its name.
 */
function likest(lost: ChangedFile, added: readonly ChangedFile[]): readonly ChangedFile[] {
  const alike = added
    .map((file) => ({ file, score: [likeness(file.after, lost.before), sharedSteps(file.path, lost.path)] as const }))
    // Git calls a file renamed where half of it is the same; so do we, by lines.
    .filter(({ score: [likeness] }) => likeness >= 0.5)
    .sort(({ score: a }, { score: b }) => b[0] - a[0] || b[1] - a[1]);
  const best = alike[0]?.score.join();
  return alike.filter(({ score }) => score.join() === best).map(({ file }) => file);
}

function likeness(a: Uint8Array | null, b: Uint8Array | null): number {
  if (a === null || b === null) return 0;
  const [after, before] = [linesOf(a), linesOf(b)];
  return shared(before, after) / Math.max(before.size, after.size);
}

function sharedSteps(a: string, b: string): number {
  return shared(new Set(a.split("/")), new Set(b.split("/")));
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((each) => b.has(each)).length;
}

function linesOf(bytes: Uint8Array): Set<string> {
  return new Set(new TextDecoder().decode(bytes).split("\n"));
}
