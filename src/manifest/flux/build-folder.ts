import { KUSTOMIZATION_FILES } from "../kustomize/kustomization-file.ts";
import { KUSTOMIZATION } from "../kustomize/kustomization-shape.ts";
import { ParseCache, resolvePath } from "../kustomize/loader.ts";
import type { Amendment } from "../kustomize/open-folder.ts";
import { buildFolder } from "../kustomize/render.ts";
import { conform, type Shape } from "../kustomize/shape.ts";
import { refusalAt } from "../refusal-at.ts";
import { type FileTree, inFolder } from "../tree.ts";
import { type Mapping, mappingAt, type Node, nodeAt, type Place } from "../yaml/node.ts";
import type { BuildFolder } from "./build.ts";
import { generatedKustomization, mergeKustomization, withoutEmptiness } from "./merge.ts";

/** Builds folders as Flux does; what is parsed once is kept as long as the files are the same. */
export function folderBuilder(): BuildFolder {
  const cache = new ParseCache();
  return (tree, folder, flux) => {
    if (tree.list(folder) === undefined) {
      const message = `kustomization path not found: stat ${folder}: no such file or directory`;
      const place = nodeAt(flux, "spec", "path") ?? flux;
      return { ok: false, refusal: refusalAt({ code: "PATH_NOT_FOUND", message, place }, (file) => tree.read(file)) };
    }
    const elsewhere = new Set<string>();
    const built = buildFolder(tree, folder, { amend: amendment(tree, folder, flux), order: "none", cache, elsewhere });
    return built.ok ? { ok: true, objects: built.objects, elsewhere } : built;
  };
}

function amendment(tree: FileTree, folder: string, flux: Node): Amendment {
  const place: Place = { source: { file: folder, way: "resource" }, start: 0, end: 0, behind: undefined };
  const exists = (path: string): boolean => {
    const target = resolvePath(folder, path);
    return target !== undefined && (tree.read(target) !== undefined || tree.list(target) !== undefined);
  };
  return (said) => {
    const found = hasKustomization(tree, folder)
      ? withoutEmptiness(conform(said ?? mappingAt(place, []), LENIENT, "") as Mapping)
      : generatedKustomization(findManifests(tree, folder, "."), place);
    return mergeKustomization(found, flux, exists);
  };
}

/** Flux reads the kustomization.yaml of the folder itself more leniently than kustomize does: what it does not know is dropped. */
const LENIENT = lenient(KUSTOMIZATION);

function lenient(shape: Shape): Shape {
  if (typeof shape === "string") return shape;
  if ("list" in shape) return { list: lenient(shape.list) };
  if ("map" in shape) return { map: lenient(shape.map) };
  const fields = Object.entries(shape.fields).map(([key, field]) => [key, lenient(field)] as const);
  return { fields: Object.fromEntries(fields), isOpen: true };
}

function hasKustomization(tree: FileTree, folder: string): boolean {
  return KUSTOMIZATION_FILES.some((name) => tree.read(inFolder(folder, name)) !== undefined);
}

/** What Flux takes for resources of a folder without a kustomization.yaml: YAML files, and folders that have one. */
function findManifests(tree: FileTree, folder: string, at: string): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, type }) => {
    const path = inFolder(folder, name);
    if (type === "folder") {
      return hasKustomization(tree, path) ? [`${at}/${name}`] : findManifests(tree, path, `${at}/${name}`);
    }
    return type === "file" && /\.ya?ml$/.test(name) ? [`${at}/${name}`] : [];
  });
}
