import { type Dirent, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileTree } from "../manifest/tree.ts";
import { BadInput } from "../signal/bad-input.ts";
import { linkedTree, type StoredEntry } from "./linked-tree.ts";

/**
 * The files below a folder, each read when it is first asked for and then remembered. `hidden` are the paths of files
 * and folders that are not to be seen.
 */
export function readFolder(root: string, hidden: ReadonlySet<string> = new Set()): FileTree {
  requireFolder(root, "folder", "Give the path of an existing folder.");
  const isHidden = (path: string): boolean => hidden.size > 0 && foldersTo(path).some((folder) => hidden.has(folder));
  const at = <T>(path: string, read: (path: string) => T): T | undefined =>
    isHidden(path) ? undefined : attempt(join(root, path), read);
  return linkedTree({
    list: (folder) => {
      const entries = at(folder, (path) => readdirSync(path, { withFileTypes: true }).flatMap(entry));
      return entries?.filter(({ name }) => !hidden.has(folder === "" ? name : `${folder}/${name}`));
    },
    read: (file) => at(file, (path) => readFileSync(path)),
    target: (link) => at(link, (path) => readlinkSync(path)),
  });
}

/** Throws a BadInput that says what stands at a path where a folder was expected, and what to do. */
export function requireFolder(path: string, what: string, advice: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  const instead = found === undefined ? "there is none" : "that is a file";
  throw new BadInput(`Expected a ${what} at ${path}, but ${instead}. ${advice}`);
}

/** Makes a folder and what is missing of those around it. */
export function makeFolder(path: string): void {
  // Not by `recursive`, which never ends where a parent can neither be found nor made, as below /proc.
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** `a/b/c` and the folders around it. */
function foldersTo(path: string): readonly string[] {
  const steps = path.split("/");
  return steps.map((_, at) => steps.slice(0, at + 1).join("/"));
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
