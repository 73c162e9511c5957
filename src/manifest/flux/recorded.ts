import type { FileTree } from "../tree.ts";

/** What was asked of a tree: files that were read or looked for, and folders that were listed. */
export type Asked = { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> };

/** The same tree, keeping a record of what is asked of it. */
export function recordedTree(tree: FileTree): { readonly tree: FileTree; readonly asked: Asked } {
  const files = new Set<string>();
  const folders = new Set<string>();
  const read = (path: string): Uint8Array | undefined => {
    files.add(path);
    return tree.read(path);
  };
  const list: FileTree["list"] = (folder) => {
    folders.add(folder);
    return tree.list(folder);
  };
  return { tree: { read, list }, asked: { files, folders } };
}

/** Which answers differ between a tree and the same tree with some files changed. */
export function answersChanged(tree: FileTree, changed: ReadonlyMap<string, Uint8Array | null>): Asked {
  const folders = new Set<string>();
  for (const [path, bytes] of changed) {
    // A file that only got other bytes changes no listing; one that came or went may change those of all its folders.
    if ((tree.read(path) === undefined) === (bytes === null)) continue;
    const names = path.split("/");
    for (let depth = 0; depth < names.length; depth++) folders.add(names.slice(0, depth).join("/"));
  }
  return { files: new Set(changed.keys()), folders };
}

/** Whether any of the changed answers was asked for. */
export function wasAsked(asked: Asked, changed: Asked): boolean {
  return (
    [...changed.files].some((file) => asked.files.has(file)) ||
    [...changed.folders].some((folder) => asked.folders.has(folder))
  );
}
