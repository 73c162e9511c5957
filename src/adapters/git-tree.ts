import type { FileTree } from "../manifest/tree.ts";
import { readBlobs } from "./git-objects.ts";
import { git, readBlobNow } from "./git-run.ts";
import { linkedTree, type StoredEntry } from "./linked-tree.ts";

// Manifests are far smaller; what is larger is read only when somebody asks for it.
const READ_AHEAD_BYTES = 1 << 20;

type Blob = { readonly id: string; readonly size: number };

/** The files of one commit, read from git's objects without a work tree; submodules are no part of it. */
export async function treeOfCommit(folder: string, commit: string): Promise<FileTree> {
  const listing = await git(folder, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]);
  if (!listing.ok) throw new Error(`The files of commit ${commit} cannot be listed: ${listing.because}.`);
  const files = new Map<string, Blob>();
  const folders = new Map<string, StoredEntry[]>([["", []]]);
  for (const line of listing.output.toString().split("\0")) {
    const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line) ?? [];
    if (mode === undefined || id === undefined || path === undefined) continue;
    files.set(path, { id, size: Number(size) });
    enter(folders, path, mode === "120000" ? "link" : "file");
  }
  const small = [...files.values()].filter((blob) => blob.size <= READ_AHEAD_BYTES).map(({ id }) => id);
  const blobs = await readBlobs(folder, new Set(small));
  const read = (path: string): Uint8Array | undefined => {
    const blob = files.get(path);
    return blob && (blobs.get(blob.id) ?? readBlobNow(folder, blob.id));
  };
  return linkedTree({ list: (path) => folders.get(path), read, target: (path) => decode(read(path)) });
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

function enter(folders: Map<string, StoredEntry[]>, path: string, type: StoredEntry["type"]): void {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "" : path.slice(0, slash);
  const entry = { name: path.slice(slash + 1), type };
  const siblings = folders.get(folder);
  if (siblings !== undefined) {
    siblings.push(entry);
    return;
  }
  folders.set(folder, [entry]);
  enter(folders, folder, "folder");
}
