import type { World } from "../evidence/world.ts";
import type { ObjectRef } from "../signal/object.ts";
import type { FluxKustomization } from "./flux/kustomization.ts";
import type { Origin } from "./origin.ts";
import type { FieldPath } from "./path.ts";
import type { RenderedObject, Rendering } from "./rendered.ts";
import type { FileTree } from "./tree.ts";
import { withFiles } from "./tree.ts";

/**
 * Everything one revision of the repository makes of itself: its Kustomizations, what each renders, and the way back
 * from every field to its bytes. Renderings are made when first asked for and kept.
 */
export type Manifests = {
  readonly tree: FileTree;
  /** Those of the cluster we look at first, parents before children. */
  readonly kustomizations: readonly FluxKustomization[];
  /** What a Kustomization renders, after all of Flux's steps; by its id. */
  readonly render: (id: string) => Rendering;
  /** Every Kustomization that renders this object, those of the live cluster first. */
  readonly findObject: (ref: ObjectRef) => readonly FoundObject[];
  /** The origin of one field, from the first Kustomization that renders the object. */
  readonly originOf: (ref: ObjectRef, path: FieldPath) => Origin | undefined;
  /** Every Kustomization whose rendering reads this file. */
  readonly consumersOf: (file: string) => readonly FluxKustomization[];
  /** The same repository with some files changed (bytes) or removed (null); only what reads them is rendered again. */
  readonly withFiles: (files: ReadonlyMap<string, Uint8Array | null>) => Manifests;
  /** What could not be followed, and why it matters: sources elsewhere, variables nobody here knows. */
  readonly unknown: readonly string[];
};

/** One object as one Kustomization renders it. */
export type FoundObject = { readonly kustomization: FluxKustomization; readonly rendered: RenderedObject };

/** Opens a repository's revision, seen together with the cluster it runs on where that is known. */
export function openManifests(tree: FileTree, world: World | null): Manifests {
  const missing = { code: "UNSUPPORTED", message: "Flux's layer is not rendered yet." };
  return {
    tree,
    kustomizations: [],
    render: () => ({ ok: false, refusal: missing, files: new Set() }),
    findObject: () => [],
    originOf: () => undefined,
    consumersOf: () => [],
    withFiles: (files) => openManifests(withFiles(tree, files), world),
    unknown: [],
  };
}
