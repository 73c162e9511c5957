import type { FileTree } from "../tree.ts";
import { fieldOf, type Mapping, type Node, textOf } from "../yaml/node.ts";
import { parseObjects } from "../yaml/parse.ts";
import { textOfFile } from "../yaml/text.ts";

/** The documents of a repository that tell Flux what to build and from where, as they are written. */
export type FluxDocuments = {
  readonly kustomizations: readonly Mapping[];
  readonly gitRepositories: readonly Mapping[];
  /** What makes a Kustomization of its own: a FluxInstance, or a HelmRelease of the chart that brings one. */
  readonly instances: readonly Mapping[];
};

/** What was read of files so far, by their bytes. */
export type ReadDocuments = WeakMap<Uint8Array, readonly Mapping[]>;

const MANIFEST = /\.(?:yaml|yml|json)$/;
const INSTANCE_GROUP = "fluxcd.controlplane.io/";
// Reading a file costs far more than looking at it: only those are read that hold such an object at all.
const WANTED =
  /["']?apiVersion["']?:\s*["']?(?:kustomize\.toolkit\.fluxcd\.io|source\.toolkit\.fluxcd\.io|fluxcd\.controlplane\.io)\/|flux-instance/;

/** Finds the Flux documents of a tree; `known` keeps what was read of a file as long as its bytes are the same. */
export function findFluxDocuments(tree: FileTree, known: ReadDocuments): FluxDocuments {
  const found = filesBeneath(tree, "")
    .filter((file) => MANIFEST.test(file))
    .flatMap((file) => objectsIn(tree, file, known));
  const ofKind = (group: string, kind: string): Mapping[] =>
    found.filter((node) => apiVersionOf(node).startsWith(group) && textOf(fieldOf(node, "kind")) === kind);
  return {
    kustomizations: ofKind("kustomize.toolkit.fluxcd.io/", "Kustomization"),
    gitRepositories: ofKind("source.toolkit.fluxcd.io/", "GitRepository"),
    instances: [...ofKind(INSTANCE_GROUP, "FluxInstance"), ...ofKind("helm.toolkit.fluxcd.io/", "HelmRelease")],
  };
}

/** Every file beneath a folder, folders in the order in which a walk meets them; Flux follows no links. */
export function filesBeneath(tree: FileTree, folder: string): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, type, isLink }) => {
    if (isLink === true) return [];
    const path = folder === "" ? name : `${folder}/${name}`;
    if (type === "folder") return filesBeneath(tree, path);
    return type === "file" ? [path] : [];
  });
}

function apiVersionOf(node: Node): string {
  return textOf(fieldOf(node, "apiVersion"));
}

function objectsIn(tree: FileTree, file: string, known: ReadDocuments): readonly Mapping[] {
  const bytes = tree.read(file);
  if (bytes === undefined) return [];
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const objects = WANTED.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"))
    ? parsed(file, bytes)
    : [];
  known.set(bytes, objects);
  return objects;
}

/** A file that cannot be read as YAML holds nothing here: whoever builds it hears why. */
function parsed(file: string, bytes: Uint8Array): readonly Mapping[] {
  const text = textOfFile({ file, way: "resource" }, bytes);
  const read = text && parseObjects(text);
  return read?.ok === true ? read.documents.filter((node) => node.kind === "map") : [];
}
