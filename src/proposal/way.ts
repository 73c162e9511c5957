import type { World } from "../evidence/world.ts";
import { applierOf } from "../manifest/flux/applier.ts";
import { valueAt } from "../manifest/path.ts";
import { isSameObject, type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";

/** The Flux objects that bring a commit to a root: the source, and what applies it, nearest to the root last. */
export type Way = { readonly source: KubernetesObject | null; readonly appliers: readonly KubernetesObject[] };

const KUSTOMIZE = "kustomize.toolkit.fluxcd.io";

/** Finds the way by Flux's own labels and references, never by names that look alike. */
export function wayTo(world: World, root: ObjectRef): Way {
  const appliers: KubernetesObject[] = [];
  let object = findObject(world, root);
  if (object !== undefined && isKustomization(object)) return { source: sourceOf(world, object), appliers: [object] };
  // A HelmRelease stands between a chart's objects and the Kustomization that applies the release.
  while (object !== undefined && appliers.length < 3) {
    const owner = ownerOf(world, object);
    if (owner === undefined) break;
    appliers.unshift(owner);
    if (isKustomization(owner)) return { source: sourceOf(world, owner), appliers };
    object = owner;
  }
  return { source: null, appliers };
}

/** What must go on for a change of this very object to reach the cluster: whoever applies it, and the source of that. */
export function carriersOf(world: World, ref: ObjectRef): readonly KubernetesObject[] {
  const object = findObject(world, ref);
  const owner = object === undefined ? undefined : ownerOf(world, object);
  if (owner === undefined) return [];
  const { source, appliers } = wayTo(world, refOf(owner));
  return [owner, ...appliers, ...(source === null ? [] : [source])];
}

/** The live object that a reference names. */
export function findObject(world: World, ref: ObjectRef): KubernetesObject | undefined {
  return world.objects.find((object) => isSameObject(refOf(object), ref));
}

function ownerOf(world: World, object: KubernetesObject): KubernetesObject | undefined {
  return applied(world, object, "HelmRelease") ?? applied(world, object, "Kustomization");
}

function applied(
  world: World,
  object: KubernetesObject,
  kind: "HelmRelease" | "Kustomization",
): KubernetesObject | undefined {
  const applier = applierOf(object, kind);
  return applier === undefined || isSameObject(applier, refOf(object)) ? undefined : findObject(world, applier);
}

function sourceOf(world: World, kustomization: KubernetesObject): KubernetesObject | null {
  const kind = valueAt(kustomization, ["spec", "sourceRef", "kind"]);
  const name = valueAt(kustomization, ["spec", "sourceRef", "name"]);
  const namespace = valueAt(kustomization, ["spec", "sourceRef", "namespace"]) ?? kustomization.metadata.namespace;
  const isNamed = ({ metadata }: KubernetesObject): boolean =>
    metadata.name === name && metadata.namespace === namespace;
  return world.objects.find((object) => object.kind === kind && isNamed(object)) ?? null;
}

function isKustomization(object: KubernetesObject): boolean {
  return object.kind === "Kustomization" && refOf(object).apiVersion.startsWith(`${KUSTOMIZE}/`);
}
