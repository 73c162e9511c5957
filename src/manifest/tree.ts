/**
 * The files of one revision of a repository. Paths are POSIX, relative to the repository's root, without a leading
 * `./`; the root itself is the empty string. Nothing outside the root can be reached: a symlink that leaves it is a
 * `link-outside` entry and reads as undefined.
 */
export type FileTree = {
  /** The bytes of a file, or undefined where there is none. */
  readonly read: (path: string) => Uint8Array | undefined;
  /** The entries of a folder in byte order of their names, or undefined where there is no such folder. */
  readonly list: (folder: string) => readonly TreeEntry[] | undefined;
};

/** One entry of a folder; a symlink within the repository shows as what it leads to, marked as a link. */
export type TreeEntry = {
  readonly name: string;
  readonly type: "file" | "folder" | "link-outside";
  readonly isLink?: boolean;
};

/** The path of an entry of a folder. */
export function inFolder(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The tree with some files replaced (bytes), added (bytes) or removed (null). */
export function withFiles(tree: FileTree, files: ReadonlyMap<string, Uint8Array | null>): FileTree {
  if (files.size === 0) return tree;
  const folders = changesByFolder(files);
  const list = (folder: string): readonly TreeEntry[] | undefined => {
    const changes = folders.get(folder);
    const entries = tree.list(folder);
    return changes === undefined ? entries : merge(entries ?? [], changes, folder, list);
  };
  return { read: (path) => (files.has(path) ? (files.get(path) ?? undefined) : tree.read(path)), list };
}

/** A tree made of texts, for tests and for generated files. */
export function treeOf(files: Readonly<Record<string, string>>): FileTree {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return withFiles({ read: () => undefined, list: (folder) => (folder === "" ? [] : undefined) }, bytes);
}

/** Orders texts by their code units, as Go and git order ASCII names; never by a locale. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type EntryChange = "file" | "gone" | "folder";

function changesByFolder(files: ReadonlyMap<string, Uint8Array | null>): Map<string, Map<string, EntryChange>> {
  const folders = new Map<string, Map<string, EntryChange>>([["", new Map()]]);
  const note = (folder: string, name: string, change: EntryChange): void => {
    const changes = folders.get(folder) ?? new Map<string, EntryChange>();
    folders.set(folder, changes.set(name, change));
  };
  for (const [path, bytes] of files) {
    const steps = path.split("/");
    steps.forEach((name, depth) => {
      const last = depth === steps.length - 1;
      const leaf = bytes === null ? "gone" : "file";
      note(steps.slice(0, depth).join("/"), name, last ? leaf : "folder");
    });
  }
  return folders;
}

function merge(
  entries: readonly TreeEntry[],
  changes: ReadonlyMap<string, EntryChange>,
  folder: string,
  list: FileTree["list"],
): readonly TreeEntry[] | undefined {
  const merged = new Map(entries.map((entry) => [entry.name, entry]));
  for (const [name, change] of changes) {
    if (change === "file") merged.set(name, { name, type: "file" });
    // Git keeps no empty folders: one whose last file went is gone too.
    else if (change === "folder" && list(inFolder(folder, name))) merged.set(name, { name, type: "folder" });
    else merged.delete(name);
  }
  if (merged.size === 0 && folder !== "") return undefined;
  return [...merged.values()].sort((a, b) => compareBytes(a.name, b.name));
}
