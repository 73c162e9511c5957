import type { Intent } from "../diagnosis/intent.ts";
import type { Lookup } from "../diagnosis/lookup.ts";
import { textAt } from "../diagnosis/read.ts";
import type { Scene } from "../diagnosis/scene.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { type AutoscaledField, autoscaledFields } from "../patch/autoscaled.ts";
import { renderersOf } from "../patch/look.ts";
import type { Patch } from "../patch/patch.ts";
import { type KubernetesObject, keyOf, type ObjectRef } from "../signal/object.ts";

/** What policies judge: a patch, what it is for, and what is known around it. */
export type Subject = {
  readonly patch: Patch;
  readonly intent: Intent;
  /** The probability that the cause is right. */
  readonly confidence: number;
  readonly root: ObjectRef;
  /** Every object that the patch means to change. */
  readonly objects: readonly ChangedObject[];
  readonly autoscaled: readonly AutoscaledField[];
  /** How many clusters render something else afterwards. */
  readonly clusters: number;
  /** The label `oakum/tier` of the root's namespace; empty where it has none. */
  readonly tier: string;
  readonly openProposals: number;
};

/** What happens to an object, as the API server calls it. */
export type ObjectOperation = "CREATE" | "UPDATE" | "DELETE";

/** An object before and after a patch, null where it is not there, and the namespace it lies in where that was read. */
export type ChangedObject = {
  readonly ref: ObjectRef;
  readonly before: KubernetesObject | null;
  readonly after: KubernetesObject | null;
  readonly namespace: KubernetesObject | null;
};

/** What a subject is made of: the scene as it is, the manifests after the patch, and what was decided. */
export type Change = Pick<Subject, "patch" | "intent" | "confidence" | "root"> & {
  readonly scene: Pick<Scene, "lookup" | "manifests">;
  readonly after: Manifests;
  /** Counted on the forge; left out where nobody asked it. */
  readonly openProposals?: number;
};

/** Puts together what policies judge. */
export function subjectOf({ scene: { lookup, manifests }, after, openProposals = 0, ...change }: Change): Subject {
  const touched = new Set(change.patch.proof.rendered.map(({ kustomization }) => kustomization));
  const clusters = renderersOf(after)
    .filter(({ id }) => touched.has(id))
    .map(({ cluster }) => cluster);
  const root = namespaceOf(lookup, change.root);
  return {
    ...change,
    openProposals,
    objects: refsIn(change.patch).map((ref) => ({
      ref,
      // Where the build fails today, what there was is what the cluster runs.
      before: renderedBy(manifests, ref) ?? lookup.get(ref) ?? null,
      after: renderedBy(after, ref) ?? null,
      namespace: namespaceOf(lookup, ref),
    })),
    autoscaled: autoscaledFields([...lookup.world.objects, ...[...touched].flatMap((id) => allRenderedBy(after, id))]),
    clusters: new Set(clusters).size,
    tier: textAt(root, "metadata", "labels", "oakum/tier") ?? "",
  };
}

function refsIn({ changes }: Patch): readonly ObjectRef[] {
  return [...new Map(changes.map(({ object }) => [keyOf(object), object])).values()];
}

function renderedBy(manifests: Manifests, ref: ObjectRef): KubernetesObject | undefined {
  return manifests.findObject(ref)[0]?.rendered.object;
}

function allRenderedBy(manifests: Manifests, id: string): readonly KubernetesObject[] {
  const rendering = manifests.render(id);
  return rendering.ok ? rendering.objects.map(({ object }) => object) : [];
}

function namespaceOf(lookup: Lookup, { namespace }: ObjectRef): KubernetesObject | null {
  return namespace === null ? null : (lookup.find("/Namespace", null, namespace) ?? null);
}

/** What a patch does to an object. */
export function operationOn({ before, after }: ChangedObject): ObjectOperation {
  if (after === null) return "DELETE";
  return before === null ? "CREATE" : "UPDATE";
}
