import type { FileTree } from "../manifest/tree.ts";
import type { Note } from "../manifest/yaml/print.ts";
import { positionAt } from "../manifest/yaml/text.ts";

/** Tells behind each field which bytes in git set it: `apps/shop/kustomization.yaml:14:9 (images)`. */
export function originNote(tree: FileTree): Note {
  return ({ source, start }) => {
    const bytes = source.file === "" ? undefined : tree.read(source.file);
    if (bytes === undefined) return undefined;
    const { line, column } = positionAt(bytes, start);
    return `${source.file}:${line}:${column} (${source.way})`;
  };
}
