import type { World } from "../evidence/world.ts";
import { folderBuilder } from "./flux/build-folder.ts";
import { isHelmRelease } from "./flux/helm-release.ts";
import type { FluxKustomization } from "./flux/kustomization.ts";
import { type FoundObject, ObjectIndex, type Wanted } from "./flux/object-index.ts";
import { type ReleaseValues, releaseValues } from "./flux/release-values.ts";
import { Renderings } from "./flux/render.ts";
import { growTree, type Placed, type Soil } from "./flux/tree.ts";
import { Workshop } from "./flux/workshop.ts";
import type { Origin } from "./origin.ts";
import type { FieldPath } from "./path.ts";
import type { Rendering } from "./rendered.ts";
import type { FileTree } from "./tree.ts";

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
  /** Every Kustomization that renders this object, those of the live cluster first; without an apiVersion any group's. */
  readonly findObject: (ref: Wanted) => readonly FoundObject[];
  /** The origin of one field, from the first Kustomization that renders the object. */
  readonly originOf: (ref: Wanted, path: FieldPath) => Origin | undefined;
  /** The values of a HelmRelease, merged as its controller does; undefined where nothing renders it. */
  readonly valuesOf: (release: Wanted) => ReleaseValues | undefined;
  /** Every Kustomization whose rendering depends on this file, be it only for its spec or its variables. */
  readonly consumersOf: (file: string) => readonly FluxKustomization[];
  /** The same repository with some files changed (bytes) or removed (null); only what reads them is rendered again. */
  readonly withFiles: (files: ReadonlyMap<string, Uint8Array | null>) => Manifests;
  /** What could not be followed, and why it matters: sources elsewhere, variables nobody here knows. */
  readonly unknown: readonly string[];
};

/**
 * Opens a repository's revision, seen together with the cluster it runs on where that is known; `urls` are those by which
 * the repository is known, where that need not be guessed.
 */
export function openManifests(tree: FileTree, world: World | null, urls: readonly string[] = []): Manifests {
  return open({ workshop: new Workshop(tree, folderBuilder()), world, urls }, new Renderings());
}

function open(soil: Soil, renderings: Renderings): Manifests {
  const placed = growTree(soil);
  const byId = new Map(placed.map((each) => [each.kustomization.id, each]));
  let index: ObjectIndex | undefined;
  const findObject = (ref: Wanted): readonly FoundObject[] => {
    index ??= new ObjectIndex(placed.map((each) => ({ ...each, rendering: renderings.render(each) })));
    return index.find(ref);
  };
  return {
    tree: soil.workshop.tree,
    kustomizations: placed.map(({ kustomization }) => kustomization),
    render: (id) => renderById(id, byId, renderings),
    findObject,
    originOf: (ref, path) => findObject(ref)[0]?.rendered.originOf(path),
    valuesOf: (wanted) => {
      const [found] = findObject(wanted);
      return found && isHelmRelease(found.rendered.object)
        ? releaseValues(found, { tree: soil.workshop.tree, world: soil.world, findObject })
        : undefined;
    },
    consumersOf: (file) =>
      placed.filter((each) => renderings.render(each).files.has(file)).map(({ kustomization }) => kustomization),
    withFiles: (files) => open({ ...soil, workshop: soil.workshop.after(files) }, renderings),
    get unknown() {
      return placed.flatMap(unknownOf);
    },
  };
}

function renderById(id: string, byId: ReadonlyMap<string, Placed>, renderings: Renderings): Rendering {
  const placed = byId.get(id);
  if (placed !== undefined) return renderings.render(placed);
  const message = `There is no Kustomization ${id} in this repository or its cluster.`;
  return { ok: false, refusal: { code: "NO_KUSTOMIZATION", message }, files: new Set() };
}

function unknownOf({ kustomization: { id, source }, cluster, member }: Placed): readonly string[] {
  if (!source.here) return [`What Kustomization ${id} makes is not known: ${source.because}.`];
  const variables = cluster.variablesOf(member);
  const unread = variables === null || "refused" in variables ? [] : variables.unknown;
  const build = member.kept?.build;
  return [
    ...(build?.ok === true ? [...build.elsewhere] : []).map(
      (address) => `Kustomization ${id} also takes in ${address}, which is not in this repository.`,
    ),
    ...unread.map((from) => `Kustomization ${id} substitutes variables of ${from}, which nobody here knows.`),
    ...(member.kept?.resourceSets ?? []).map(
      (set) => `What ResourceSet ${set} of Kustomization ${id} makes is not known: only the Flux operator can tell.`,
    ),
  ];
}
