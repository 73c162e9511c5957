import type { Commit } from "../../evidence/commit.ts";
import { isKustomizationFile, KUSTOMIZATION_FILES } from "../../manifest/kustomize/kustomization-file.ts";
import { type FieldPath, valueAt } from "../../manifest/path.ts";
import type { FileTree } from "../../manifest/tree.ts";
import type { Json } from "../../signal/object.ts";
import { folderOf } from "../file-path.ts";
import { firstValue } from "../first-value.ts";

/** An entry of a kustomization file that names another file or folder. */
type Entry = {
  /** The kustomization file. */
  readonly file: string;
  readonly path: FieldPath;
  /** The entry as it is written. */
  readonly from: string;
  /** The path in it: `from` without the `key=` of a generator. */
  readonly named: string;
  /** Where it leads, relative to the repository's root. */
  readonly target: string;
};

/** An entry that leads nowhere, with what else its list names. */
export type DanglingEntry = Entry & { readonly listed: ReadonlySet<string> };

// Lists of paths, lists of maps with a path in them, and generators' lists of `[key=]path`.
const PATHS = [
  "resources",
  "bases",
  "components",
  "crds",
  "configurations",
  "transformers",
  "generators",
  "validators",
  "patchesStrategicMerge",
];
const MAPS = ["patches", "patchesJson6902", "replacements"];
const GENERATORS = ["configMapGenerator", "secretGenerator"];

// A tree with more folders than this is a cycle, or made by a machine.
const MAX_FOLDERS = 5_000;

/** Every dangling entry of the kustomization files that building this folder reads. */
export function danglingEntries(tree: FileTree, folder: string): readonly DanglingEntry[] {
  const seen = new Set([folder]);
  const found: DanglingEntry[] = [];
  for (const current of seen) {
    if (seen.size > MAX_FOLDERS) break;
    const file = kustomizationFile(tree, current);
    const entries = file === undefined ? [] : entriesOf(tree, file);
    const listed = new Set(entries.map((entry) => entry.target));
    found.push(...entries.filter((entry) => !exists(tree, entry.target)).map((entry) => ({ ...entry, listed })));
    const below = file === undefined ? subfolders(tree, current) : entries.map((entry) => entry.target);
    for (const next of below) if (tree.list(next) !== undefined) seen.add(next);
  }
  return found;
}

/** Whether a commit made another kustomization file build what it moved to a path: one that did not name it where it was. */
export function isTakenOver({ from, to }: { from: string; to: string }, commit: Commit): boolean {
  return commit.files.some(({ path, before, after }) => {
    if (after === null || !isKustomizationFile(path)) return false;
    const [was, is] = [builtBy(path, before), builtBy(path, after)];
    return is.has(to) && !was.has(to) && !was.has(from);
  });
}

function builtBy(file: string, bytes: Uint8Array | null): ReadonlySet<string> {
  const built = entriesIn(file, bytes ?? undefined).filter(
    ({ path }) => path[0] === "resources" || path[0] === "bases",
  );
  return new Set(built.map(({ target }) => target));
}

/** The kustomization file of a folder, undefined where it has none. */
export function kustomizationFile(tree: FileTree, folder: string): string | undefined {
  return KUSTOMIZATION_FILES.map((name) => joinPath(folder, name)).find((path) => tree.read(path) !== undefined);
}

/** The path of a name within a folder, with `.` and `..` taken out; undefined steps above the root stay there. */
export function joinPath(folder: string, name: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${name}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0) steps.pop();
    else steps.push(step);
  }
  return steps.join("/");
}

/** Where the way of an entry leads from the other folders above the file that names it. */
export function fromOtherHeights({ file, named, target }: Entry): readonly string[] {
  const way = named.replace(/^(?:\.{1,2}\/)+/, "");
  if (way === named || !way.includes("/")) return [];
  const folders = folderOf(file).split("/");
  const above = folders.map((_, at) => joinPath(folders.slice(0, at).join("/"), way));
  return [...new Set(above)].filter((path) => path !== target);
}

/** How `target` is written from a folder: in the manner of `like` (`./x` or `x`). */
export function relativePath(folder: string, target: string, like: string): string {
  const from = folder === "" ? [] : folder.split("/");
  const to = target.split("/");
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1;
  const path = [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
  return like.startsWith("./") && !path.startsWith("..") ? `./${path}` : path;
}

function subfolders(tree: FileTree, folder: string): string[] {
  return (tree.list(folder) ?? []).filter(({ type }) => type === "folder").map(({ name }) => joinPath(folder, name));
}

function exists(tree: FileTree, path: string): boolean {
  return tree.read(path) !== undefined || tree.list(path) !== undefined;
}

function entriesOf(tree: FileTree, file: string): readonly Entry[] {
  return entriesIn(file, tree.read(file));
}

/** What the kustomization file with these bytes names of this repository. */
function entriesIn(file: string, bytes: Uint8Array | undefined): readonly Entry[] {
  const content = firstValue(new TextDecoder().decode(bytes));
  const folder = folderOf(file);
  return pathsIn(content).flatMap((path) => {
    const from = valueAt(content, path);
    if (typeof from !== "string" || !isLocalPath(from)) return [];
    const named = GENERATORS.includes(String(path[0])) ? from.slice(from.indexOf("=") + 1) : from;
    return [{ file, path, from, named, target: joinPath(folder, named) }];
  });
}

function pathsIn(content: Json | undefined): FieldPath[] {
  return [
    ...PATHS.flatMap((list) => indexes(content, [list])),
    ...MAPS.flatMap((list) => indexes(content, [list]).map((item) => [...item, "path"])),
    ...GENERATORS.flatMap((list) =>
      indexes(content, [list]).flatMap((item) =>
        ["files", "envs"].flatMap((field) => indexes(content, [...item, field])),
      ),
    ),
  ];
}

function indexes(content: Json | undefined, path: FieldPath): FieldPath[] {
  const list = valueAt(content, path);
  return Array.isArray(list) ? list.map((_, at) => [...path, at]) : [];
}

// Remote bases and patches written into the list itself name no file of this repository.
function isLocalPath(text: string): boolean {
  return text !== "" && !/\n|:\/\/|^git@|\?ref=|^github\.com\//.test(text);
}
