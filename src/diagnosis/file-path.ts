/** The folder that a file or folder of the repository stands in; empty at its root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}
