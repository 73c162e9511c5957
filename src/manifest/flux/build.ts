import type { Refusal } from "../rendered.ts";
import type { FileTree } from "../tree.ts";
import type { Mapping, Node } from "../yaml/node.ts";

/** What kustomize makes of one Kustomization's folder, before Flux's own steps; a document keeps the place it began at. */
export type Build =
  | {
      readonly ok: true;
      readonly objects: readonly Mapping[];
      /** Addresses of resources outside of the repository: what they would add is not among the objects. */
      readonly elsewhere: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Builds a folder of an artifact as Flux does, for a Flux Kustomization. */
export type BuildFolder = (tree: FileTree, folder: string, flux: Node) => Build;
