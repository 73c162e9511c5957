import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FileTree } from "../manifest/tree.ts";
import { BadInput } from "../signal/bad-input.ts";
import { linkedTree, type StoredEntry } from "./linked-tree.ts";

/** The files below a folder, each read when it is first asked for and then remembered. */
export function readFolder(root: string): FileTree {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new BadInput(`Expected a folder at ${root}, but there is none. Give the path of an existing folder.`);
  return linkedTree({
    list: (folder) => attempt(join(root, folder), (path) => readdirSync(path, { withFileTypes: true }).flatMap(entry)),
    read: (file) => attempt(join(root, file), (path) => readFileSync(path)),
    target: (link) => attempt(join(root, link), (path) => readlinkSync(path)),
  });
}

function entry(found: Dirent): StoredEntry[] {
  if (found.isFile()) return [{ name: found.name, type: "file" }];
  if (found.isDirectory()) return [{ name: found.name, type: "folder" }];
  // Sockets, pipes and devices hold no manifests, and reading one may never end.
  return found.isSymbolicLink() ? [{ name: found.name, type: "link" }] : [];
}

function attempt<T>(path: string, read: (path: string) => T): T | undefined {
  try {
    return read(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw new BadInput(`${path} cannot be read (${code ?? error}). Allow reading it, or give another folder.`);
  }
}
