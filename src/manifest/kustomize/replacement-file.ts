import { fieldOf, type Mapping, type Node } from "../yaml/node.ts";
import type { Folder } from "./folder.ts";
import { REPLACEMENT } from "./kustomization-shape.ts";
import { refuse } from "./refused.ts";
import { conform } from "./shape.ts";

/** The replacements of a kustomization, those in files of their own among them. */
export function readReplacements(entries: readonly Mapping[], folder: Folder): readonly Mapping[] {
  return entries.flatMap((entry) => {
    const path = fieldOf(entry, "path");
    if (path?.kind !== "scalar" || path.text === "") return [entry];
    if (fieldOf(entry, "source") !== undefined || fieldOf(entry, "targets") !== undefined) {
      return refuse("BAD_REPLACEMENT", "cannot specify both path and inline replacement", entry);
    }
    const file = folder.pathTo(path);
    const document = folder.loader.configuration(file, "replacement", folder.loader.bytesOf(file, path));
    return replacementsIn(document, path);
  });
}

function replacementsIn(document: Node | undefined, because: Node): readonly Mapping[] {
  const items = document?.kind === "list" ? document.items : [document];
  return items.map((item) => {
    if (item?.kind === "map") return conform(item, REPLACEMENT, "") as Mapping;
    return refuse("BAD_REPLACEMENT", "unsupported replacement type encountered within replacement path", because);
  });
}
