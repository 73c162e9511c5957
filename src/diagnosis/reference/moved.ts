import type { ChangedFile, Commit } from "../../evidence/commit.ts";

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
    const target = sameName.find((other) => isAlike(other.after, file.before));
    if (target !== undefined) places.add(target.path.slice(0, target.path.length - below.length));
  }
  return places;
}

/** Whether a path is that of a kustomization file. */
export function isKustomizationFile(path: string): boolean {
  return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path);
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

// Git calls a file renamed where half of it is the same; so do we, by lines.
function isAlike(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return false;
  const [before, after] = [linesOf(b), linesOf(a)];
  const shared = [...before].filter((line) => after.has(line)).length;
  return shared * 2 >= Math.max(before.size, after.size);
}

function linesOf(bytes: Uint8Array): Set<string> {
  return new Set(new TextDecoder().decode(bytes).split("\n"));
}
