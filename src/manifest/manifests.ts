import type { World } from "../evidence/world.ts";
import type { KubernetesObject } from "../signal/object.ts";
import { applierOf } from "./flux/applier.ts";
import { folderBuilder } from "./flux/build-folder.ts";
import { isHelmRelease } from "./flux/helm-release.ts";
import type { FluxKustomization } from "./flux/kustomization.ts";
import { type FoundObject, ObjectIndex, type Wanted } from "./flux/object-index.ts";
import { type ReleaseValues, releaseValues } from "./flux/release-values.ts";
import { Renderings } from "./flux/render.ts";
import { growTree, type Soil } from "./flux/tree.ts";
import { Workshop } from "./flux/workshop.ts";
import { Written } from "./flux/written.ts";
import { isUnrendered, NO_CHARTS, type RenderedCharts } from "./helm/chart-job.ts";
import { makerOf, type Release, releaseId } from "./helm/release.ts";
import { Releases } from "./helm/releases.ts";
import { type UnprovenValues, unprovenValues } from "./helm/unproven-values.ts";
import { once } from "./once.ts";
import type { Origin } from "./origin.ts";
import type { FieldPath } from "./path.ts";
import type { Rendering } from "./rendered.ts";
import type { FileTree } from "./tree.ts";
import { unknownOf } from "./unknown.ts";

/**
 * Everything one revision of the repository makes of itself: its Kustomizations, what each renders, and the way back
 * from every field to its bytes. Renderings are made when first asked for and kept.
 */
export type Manifests = {
  readonly tree: FileTree;
  /** Those of the cluster we look at first, parents before children. */
  readonly kustomizations: readonly FluxKustomization[];
  /** The HelmReleases that they make; each counts as a Kustomization that renders a chart. */
  readonly releases: readonly FluxKustomization[];
  /** What a Kustomization or a release renders, after all of Flux's steps; by its id. */
  readonly render: (id: string) => Rendering;
  /** Whatever renders this object, that of the live cluster first; without an apiVersion any group's. */
  readonly findObject: (ref: Wanted) => readonly FoundObject[];
  /** The origin of one field, from the first Kustomization that renders the object. */
  readonly originOf: (ref: Wanted, path: FieldPath) => Origin | undefined;
  /** The values that look as if they set a field of what a release made in the cluster, where no helm is at hand. */
  readonly unprovenOf: (object: KubernetesObject, path: FieldPath) => readonly UnprovenValues[];
  /** The values of a HelmRelease, merged as its controller does; undefined where nothing renders it. */
  readonly valuesOf: (release: Wanted) => ReleaseValues | undefined;
  /** Every Kustomization and release whose rendering depends on this file, be it only for its spec or its variables. */
  readonly consumersOf: (file: string) => readonly FluxKustomization[];
  /** The same repository with some files changed (bytes) or removed (null); only what reads them is rendered again. */
  readonly withFiles: (files: ReadonlyMap<string, Uint8Array | null>) => Manifests;
  /** What could not be followed, and why it matters: sources elsewhere, variables nobody here knows. */
  readonly unknown: readonly string[];
};

// A decision that asks for charts is made several times over the same files: only the charts are new.
const begun = new WeakMap<FileTree, { readonly workshop: Workshop; readonly kept: Renderings }>();

/**
 * Opens a repository's revision, seen together with the cluster it runs on where that is known; `urls` are those by which
 * the repository is known, where that need not be guessed. Charts that lie in it are rendered where somebody can.
 */
export function openManifests(
  tree: FileTree,
  world: World | null,
  urls: readonly string[] = [],
  charts: RenderedCharts = NO_CHARTS,
): Manifests {
  const built = begun.get(tree) ?? { workshop: new Workshop(tree, folderBuilder()), kept: new Renderings() };
  begun.set(tree, built);
  return open({ workshop: built.workshop, world, urls }, { kept: built.kept, charts });
}

type Renderers = { readonly kept: Renderings; readonly charts: RenderedCharts };

function open(soil: Soil, renderers: Renderers): Manifests {
  const { workshop, world } = soil;
  const { placed, sources } = growTree(soil);
  const written = new Written(placed, renderers.kept);
  const scene = { tree: workshop.tree, world, findObject: (ref: Wanted) => written.find(ref) };
  const artifact = (ignore: string | null): FileTree => workshop.artifact(ignore);
  const releases = new Releases({ ...scene, sources, artifact }, renderers.charts);
  const made = once(() => placed.flatMap((each) => written.releasesOf(each).map((found) => releases.open(found))));
  const charted = once(() => new ObjectIndex(made().map((each) => ({ ...each, rendering: releases.render(each) }))));
  const findObject = (ref: Wanted): readonly FoundObject[] => [...written.find(ref), ...charted().find(ref)];
  return {
    tree: workshop.tree,
    kustomizations: placed.map(({ kustomization }) => kustomization),
    get releases() {
      return made().map(({ kustomization }) => kustomization);
    },
    render: (id) => {
      const maker = written.byId(makerOf(id) ?? id);
      if (maker === undefined) return nowhere(id);
      if (id === maker.kustomization.id) return renderers.kept.render(maker);
      const found = written.releasesOf(maker).find((each) => releaseId(each) === id);
      return found === undefined ? nowhere(id) : releases.render(releases.open(found));
    },
    findObject,
    originOf: (ref, path) => findObject(ref)[0]?.rendered.originOf(path),
    unprovenOf: (object, path) =>
      madeBy(object, made()).flatMap((release) => {
        const rendering = releases.render(release);
        const isHelmless = !rendering.ok && rendering.refusal.code === "NO_HELM";
        return isHelmless && release.plan.ok ? [unprovenValues(release, release.plan, object, path)] : [];
      }),
    valuesOf: (wanted) => {
      const [found] = written.find(wanted);
      return found && isHelmRelease(found.rendered.object) ? releaseValues(found, scene) : undefined;
    },
    consumersOf: (file) =>
      [
        ...placed.filter((each) => renderers.kept.render(each).files.has(file)),
        ...made().filter(({ files }) => files.has(file)),
      ].map(({ kustomization }) => kustomization),
    withFiles: (files) => open({ ...soil, workshop: workshop.after(files) }, renderers),
    get unknown() {
      const unrendered = made().flatMap((release) => unrenderedIn(release, releases.render(release)));
      return [...unknownOf(placed), ...unrendered];
    },
  };
}

/** The releases that may have made an object, by the labels that Flux puts on it; those that run, where any does. */
function madeBy(object: KubernetesObject, releases: readonly Release[]): readonly Release[] {
  const applier = applierOf(object, "HelmRelease");
  if (applier === undefined) return [];
  const named = releases.filter(
    ({ kustomization: { ref } }) => ref?.name === applier.name && (ref.namespace ?? "default") === applier.namespace,
  );
  const live = named.filter(({ kustomization }) => kustomization.live);
  return live.length > 0 ? live : named;
}

function nowhere(id: string): Rendering {
  const message = `There is no Kustomization ${id} in this repository or its cluster.`;
  return { ok: false, refusal: { code: "NO_KUSTOMIZATION", message }, files: new Set() };
}

/** Why nobody knows what the templates of this repository make; a chart that lies elsewhere is not spoken of. */
function unrenderedIn({ plan }: Release, rendering: Rendering): readonly string[] {
  return plan.ok && !rendering.ok && isUnrendered(rendering.refusal) ? [rendering.refusal.message] : [];
}
