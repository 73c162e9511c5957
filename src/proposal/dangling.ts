import type { Advice } from "../diagnosis/hypothesis.ts";
import type { Lookup } from "../diagnosis/lookup.ts";
import { mapAt } from "../diagnosis/read.ts";
import { selectedPods } from "../diagnosis/symptoms/services.ts";
import { workloadsSelectedBy } from "../diagnosis/symptoms/workloads.ts";
import { podTemplateOf, type Reference, referencesOf } from "../diagnosis/workload.ts";
import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { looksAt } from "../patch/look.ts";
import { type KubernetesObject, keyOf, type ObjectRef, refOf, refText } from "../signal/object.ts";

/** What a workload would ask for in vain after a change, and does not now; undefined where there is no such thing. */
export function danglingAfter(now: Lookup, next: Lookup): string | undefined {
  const isWhole = ({ kind }: Reference, { metadata }: KubernetesObject): boolean =>
    next.isListed(`/${kind}`, metadata.namespace);
  return firstLost(now.get, next.get, { workloads: next.world.objects, isWhole });
}

/** The same in another cluster that shares the changed files, as far as git has what its workloads read. */
export function danglingElsewhere(before: Manifests, after: Manifests, files: readonly string[]): string | undefined {
  const reached = looksAt(before, after, files).filter(
    ({ kustomization, pairs }) => !kustomization.live && pairs.length > 0,
  );
  for (const cluster of new Set(reached.map(({ kustomization }) => kustomization.cluster))) {
    const [now, next] = [before, after].map((manifests) => objectsOf(manifests, (one) => one.cluster === cluster));
    if (now === undefined || next === undefined) continue;
    const isWhole = ({ kind, name }: Reference, { metadata }: KubernetesObject): boolean =>
      now.has(keyOf({ apiVersion: "v1", kind, namespace: metadata.namespace ?? null, name }));
    const get = (objects: typeof now) => (ref: ObjectRef) => objects.get(keyOf(ref));
    const lost = firstLost(get(now), get(next), { workloads: [...next.values()], isWhole });
    if (lost !== undefined) return `in ${cluster} ${lost}`;
  }
  return undefined;
}

function objectsOf(
  manifests: Manifests,
  isOne: (kustomization: FluxKustomization) => boolean,
): ReadonlyMap<string, KubernetesObject> {
  const renderings = manifests.kustomizations.filter(isOne).map(({ id }) => manifests.render(id));
  const objects = renderings.flatMap((rendering) => (rendering.ok ? rendering.objects : []));
  return new Map(objects.map(({ object }) => [keyOf(refOf(object)), object]));
}

type Get = (ref: ObjectRef) => KubernetesObject | undefined;

type Seen = {
  readonly workloads: readonly KubernetesObject[];
  /** Whether all is known of what a reference names. */
  readonly isWhole: (reference: Reference, workload: KubernetesObject) => boolean;
};

function firstLost(now: Get, next: Get, { workloads, isWhole }: Seen): string | undefined {
  for (const workload of workloads.filter(isWanted)) {
    const known = missingFrom(now, now(refOf(workload))).map(lostText);
    const lost = missingFrom(next, workload).find(
      (reference) => isWhole(reference, workload) && !known.includes(lostText(reference)),
    );
    if (lost !== undefined) return `${refText(refOf(workload))} would read ${lostText(lost)}, which would not be there`;
  }
  return undefined;
}

// What is there already was made by templates of before.
function isWanted(object: KubernetesObject): boolean {
  return podTemplateOf(object) !== undefined && object.kind !== "Pod" && object.kind !== "ReplicaSet";
}

function missingFrom(get: Get, workload: KubernetesObject | undefined): readonly Reference[] {
  const namespace = workload?.metadata.namespace ?? null;
  return referencesOf(podTemplateOf(workload)).filter(({ kind, name, key, optional }) => {
    const object = get({ apiVersion: "v1", kind, namespace, name });
    return !optional && (object === undefined || (key !== null && !hasKey(object, key)));
  });
}

function hasKey(object: KubernetesObject, key: string): boolean {
  return ["data", "binaryData", "stringData"].some((field) => key in mapAt(object, field));
}

function lostText({ kind, name, key }: Reference): string {
  return key === null ? `${kind} ${name}` : `key ${key} of ${kind} ${name}`;
}

/** A Service that a change brings back by its name and that nothing would answer for; undefined where there is none. */
export function unansweredAfter(next: Lookup, advice: Advice): string | undefined {
  const restored = (advice.is === "change" ? advice.intents : []).flatMap((intent) =>
    intent.kind === "restore-object" ? (next.get(intent.object) ?? []) : [],
  );
  const alone = restored
    .filter((object) => object.kind === "Service" && Object.keys(selectorOf(object)).length > 0)
    .find((service) => selectedPods(next, service).length + workloadsSelectedBy(next, service).length === 0);
  return alone && `${refText(refOf(alone))} would come back, and nothing that answers for it`;
}

function selectorOf(service: KubernetesObject): ReturnType<typeof mapAt> {
  return mapAt(service, "spec", "selector");
}
