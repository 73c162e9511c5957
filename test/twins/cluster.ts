import { listAt } from "../../src/diagnosis/read.ts";
import type { World } from "../../src/evidence/world.ts";
import type { FluxKustomization } from "../../src/manifest/flux/kustomization.ts";
import { type Manifests, openManifests } from "../../src/manifest/manifests.ts";
import { valueAt } from "../../src/manifest/path.ts";
import type { RenderedObject } from "../../src/manifest/rendered.ts";
import type { FileTree } from "../../src/manifest/tree.ts";
import type { Cluster } from "../../src/ports.ts";
import { condition } from "../../src/recovery/health.ts";
import { isSameObject, type KubernetesObject, type ObjectRef, refOf } from "../../src/signal/object.ts";
import { applyObjects } from "./cluster/apply.ts";
import { isMended, type Truth } from "./cluster/fault.ts";
import { fetched, inventoried, type Round, released, tried } from "./cluster/flux.ts";
import { failAgain, isFailing, runWorkloads } from "./cluster/workloads.ts";

/**
 * A cluster that begins as it was recorded and then lives on: Flux brings a revision, applies what it renders, and the
 * workloads run only where the fault's own condition is gone. Whether it is, the case's truth says, not Oakum.
 */
export type ClusterTwin = Cluster & {
  /** A source follows its branch to this revision, and everything made from it is applied. */
  readonly reconcile: (tree: FileTree, revision: string) => void;
  /** Whether the fault is gone. */
  readonly isMended: () => boolean;
};

/** What a twin is made of; `before` are the manifests of the revision that was recorded. */
export type ClusterStart = {
  readonly world: World;
  readonly before: FileTree;
  readonly truth: Truth;
  readonly now: () => Date;
  /** Nothing that is merged helps: what the case says would mend it does not. */
  readonly isBeyondRepair?: boolean;
};

/** A twin of the cluster that was recorded. */
export function openClusterTwin({ world, before, truth, now, isBeyondRepair = false }: ClusterStart): ClusterTwin {
  let objects: readonly KubernetesObject[] = world.objects;
  let manifests = openManifests(before, world);
  let mended = false;
  return {
    look: async () => ({ ...world, now: now(), objects }),
    isMended: () => mended,
    reconcile: (tree, revision) => {
      const after = openManifests(tree, { ...world, objects });
      const earlier = objects;
      objects = apply(objects, manifests, after, now());
      mended =
        !isBeyondRepair && isMended(truth, { applied: objects, recorded: world.objects }) && everythingBuilds(after);
      objects = mended ? runWorkloads(objects, now()) : failAgain(objects, earlier, now());
      const lived = objects;
      objects = lived.map((object) =>
        told(object, { objects: lived, manifests: after, commit: revision, isBeyondRepair, mended, now: now() }),
      );
      manifests = after;
    },
  };
}

/** Every live Kustomization, in the order in which they are made, applies what it renders now. */
function apply(
  live: readonly KubernetesObject[],
  before: Manifests,
  after: Manifests,
  now: Date,
): readonly KubernetesObject[] {
  return after.kustomizations.filter(isApplied).reduce<readonly KubernetesObject[]>((objects, { id }) => {
    const wanted = after.render(id);
    if (!wanted.ok) return objects;
    const earlier = before.render(id);
    const applied = {
      after: wanted.objects.map(({ object }) => object),
      before: earlier.ok ? earlier.objects.map(({ object }) => object) : [],
    };
    return applyObjects(objects, applied, now);
  }, live);
}

function isApplied({ live, object, source }: FluxKustomization): boolean {
  return live && object !== null && source.here && valueAt(object, ["spec", "suspend"]) !== true;
}

function everythingBuilds(manifests: Manifests): boolean {
  return manifests.kustomizations.filter(isApplied).every(({ id }) => manifests.render(id).ok);
}

/** What a round of Flux has brought about. */
type Brought = {
  readonly objects: readonly KubernetesObject[];
  readonly manifests: Manifests;
  readonly commit: string;
  readonly isBeyondRepair: boolean;
  readonly mended: boolean;
  readonly now: Date;
};

/** What Flux's objects say of themselves after the round. */
function told(
  object: KubernetesObject,
  { objects, manifests, commit, isBeyondRepair, mended, now }: Brought,
): KubernetesObject {
  const branch = valueAt(object, ["spec", "ref", "branch"]);
  if (object.kind === "GitRepository" && typeof branch === "string")
    return fetched(object, `${branch}@sha1:${commit}`, now);
  const own = manifests.kustomizations.find(({ ref }) => ref !== null && isSameObject(ref, refOf(object)));
  if (own === undefined && mended && condition(object, "Ready")?.status === "False") return released(object, now);
  if (own === undefined || !isApplied(own)) return object;
  const rendering = manifests.render(own.id);
  const ready = condition(object, "Ready");
  // Where nothing helps, what could not be built cannot be built for yet another reason.
  if (isBeyondRepair && ready?.reason === "BuildFailed")
    return tried(object, `main@sha1:${commit}`, { is: "not-built", because: ready.message ?? "" }, now);
  const round: Round = rendering.ok
    ? { is: "applied", waitsFor: unhealthy(own, rendering.objects, objects) }
    : { is: "not-built", because: rendering.refusal.message };
  return inventoried(tried(object, `main@sha1:${commit}`, round, now), rendering);
}

/** The workloads whose health this Kustomization waits for, and that are not well. */
function unhealthy(
  { object: flux }: FluxKustomization,
  rendered: readonly RenderedObject[],
  objects: readonly KubernetesObject[],
) {
  const spec = valueAt(flux ?? {}, ["spec"]);
  const checked = listAt(spec, "healthChecks").map((check) => ({
    namespace: null,
    ...(check as Omit<ObjectRef, "namespace">),
  }));
  const waited = valueAt(spec, ["wait"]) === true ? rendered.map(({ object }) => refOf(object)) : checked;
  return objects
    .filter((object) => isFailing(object) && waited.some((ref) => isSameObject(ref, refOf(object))))
    .map(refOf);
}
