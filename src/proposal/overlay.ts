import { homeIn } from "../diagnosis/declared.ts";
import type { Lookup } from "../diagnosis/lookup.ts";
import { type PodTemplate, podTemplateOf } from "../diagnosis/workload.ts";
import type { World } from "../evidence/world.ts";
import { diffObjects, type FieldChange } from "../manifest/difference.ts";
import { isEqual, isMap } from "../manifest/json.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import { withChanges } from "../manifest/with-changes.ts";
import { type Look, looksAt } from "../patch/look.ts";
import { objectsOf, type Pair } from "../patch/pairs.ts";
import { type Json, type KubernetesObject, keyOf, refOf } from "../signal/object.ts";

/** A change of git: the manifests after it, the files it touches, and what it does to objects that none of them renders. */
export type Change = {
  readonly after: Manifests;
  readonly files: readonly string[];
  readonly beyond: readonly FieldChange[];
};

/**
 * The cluster as it would be once Flux has applied a change: what the manifests render afterwards stands in place of
 * what is live. Pods whose template changes are taken to be made anew and to run; how they fare, only running tells.
 */
export function overlay(lookup: Lookup, before: Manifests, { after, files, beyond }: Change): World {
  const { world } = lookup;
  const objects = new Map(world.objects.map((object) => [keyOf(refOf(object)), object]));
  const renewed: KubernetesObject[] = [];
  for (const look of looksAt(before, after, files)) {
    if (!look.kustomization.live) continue;
    const home = homeOf(lookup, look);
    for (const { before: old, after: fresh } of look.pairs) {
      const changed = apply(objects, { before: old && home(old), after: fresh && home(fresh) });
      if (changed !== undefined) renewed.push(changed);
    }
  }
  for (const change of beyond) {
    const changed = applyBeyond(objects, change);
    if (changed !== undefined) renewed.push(changed);
  }
  for (const workload of renewed) renew(objects, lookup, workload);
  return { ...world, objects: [...objects.values()] };
}

// Flux always knows the namespace; whoever applies a plain folder may only say it on the command line.
function homeOf(lookup: Lookup, { kustomization, pairs }: Look): (one: RenderedObject) => RenderedObject {
  return kustomization.ref === null ? homeIn(lookup, pairs.flatMap(objectsOf)) : (one) => one;
}

/** Puts one object in place; answers it where its pods have to be made anew. */
function apply(objects: Map<string, KubernetesObject>, { before, after }: Pair): KubernetesObject | undefined {
  if (before === after) return undefined;
  const old = before === undefined ? undefined : keyOf(refOf(before.object));
  if (after === undefined) {
    if (old !== undefined) objects.delete(old);
    return undefined;
  }
  const key = keyOf(refOf(after.object));
  const live = objects.get(key) ?? (old === undefined ? undefined : objects.get(old));
  const next = live === undefined ? after.object : nextOf(live, before?.object, after.object);
  if (old !== undefined && old !== key) objects.delete(old);
  objects.set(key, { ...next, metadata: { ...next.metadata, name: after.object.metadata.name } });
  const isRenewed = live !== undefined && !isEqual(podTemplateOf(live), podTemplateOf(next));
  return isRenewed ? next : undefined;
}

function applyBeyond(objects: Map<string, KubernetesObject>, change: FieldChange): KubernetesObject | undefined {
  const live = objects.get(keyOf(change.object));
  if (live === undefined) return undefined;
  const next = withChanges(live, [change]) as KubernetesObject;
  objects.set(keyOf(change.object), next);
  return isEqual(podTemplateOf(live), podTemplateOf(next)) ? undefined : next;
}

// What git changes changes in the live object; what others wrote into it stays.
function nextOf(
  live: KubernetesObject,
  before: KubernetesObject | undefined,
  after: KubernetesObject,
): KubernetesObject {
  if (before === undefined) return merged(live, after) as KubernetesObject;
  const changes = diffObjects(before, after);
  return withChanges(live, changes, after) as KubernetesObject;
}

function merged(live: Json, after: Json): Json {
  if (!isMap(live) || !isMap(after)) return after;
  const entries = Object.entries(after).map(([key, value]) => [
    key,
    Object.hasOwn(live, key) ? merged(live[key] ?? null, value) : value,
  ]);
  return { ...live, ...Object.fromEntries(entries) };
}

/** What made the pods goes, and they come back with the new template. */
function renew(objects: Map<string, KubernetesObject>, lookup: Lookup, workload: KubernetesObject): void {
  const template = podTemplateOf(workload);
  if (template === undefined) return;
  const ref = refOf(workload);
  for (const replicaSet of lookup.allIn("apps/ReplicaSet", workload.metadata.namespace))
    if (keyOf(lookup.rootOf(replicaSet)) === keyOf(ref)) objects.delete(keyOf(refOf(replicaSet)));
  for (const each of lookup.podsOf(ref)) {
    const pod = objects.get(keyOf(refOf(each)));
    if (pod !== undefined) objects.set(keyOf(refOf(pod)), anew(pod, template));
  }
}

function anew(pod: KubernetesObject, { labels, spec }: PodTemplate): KubernetesObject {
  const hash = pod.metadata.labels?.["pod-template-hash"];
  const kept = hash === undefined ? {} : { "pod-template-hash": hash };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...labels, ...kept } },
    spec,
    status: { phase: "Running", conditions: [] },
  };
}
