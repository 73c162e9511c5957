import type { Lookup } from "../diagnosis/lookup.ts";
import { mapAt } from "../diagnosis/read.ts";
import { podTemplateOf, type Reference, referencesOf } from "../diagnosis/workload.ts";
import { type KubernetesObject, refOf, refText } from "../signal/object.ts";

/** What a workload would ask for in vain after a change, although it is there now; undefined where there is no such thing. */
export function danglingAfter(now: Lookup, next: Lookup): string | undefined {
  const isTouched = now.world.objects.some((object) => isRead(object) && next.get(refOf(object)) !== object);
  if (!isTouched) return undefined;
  for (const workload of next.world.objects.filter(isWanted)) {
    const lost = referencesOf(podTemplateOf(workload)).find(
      (reference) => !reference.optional && holds(now, workload, reference) && !holds(next, workload, reference),
    );
    if (lost !== undefined) return `${refText(refOf(workload))} would read ${lostText(lost)}, which would not be there`;
  }
  return undefined;
}

function isRead({ kind }: KubernetesObject): boolean {
  return kind === "ConfigMap" || kind === "Secret";
}

// What is there already was made by templates of before.
function isWanted(object: KubernetesObject): boolean {
  return podTemplateOf(object) !== undefined && object.kind !== "Pod" && object.kind !== "ReplicaSet";
}

function holds(lookup: Lookup, { metadata }: KubernetesObject, { kind, name, key }: Reference): boolean {
  const object = lookup.find(`/${kind}`, metadata.namespace ?? null, name);
  return object !== undefined && (key === null || key in mapAt(object, "data") || key in mapAt(object, "binaryData"));
}

function lostText({ kind, name, key }: Reference): string {
  return key === null ? `${kind} ${name}` : `key ${key} of ${kind} ${name}`;
}
