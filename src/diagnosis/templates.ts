import { type Json, type KubernetesObject, refOf, refText } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { mapAt, numberAt } from "./read.ts";
import { isReady } from "./symptoms/services.ts";
import { currentReplicaSet, formerReplicaSets } from "./symptoms/workloads.ts";
import { podTemplateOf } from "./workload.ts";

/** The pod spec that a controller wants now, the one it wanted before, and where that one is known to have worked. */
export type Templates = { readonly current: Json; readonly former: Json; readonly worked: string | null };

/** The pod spec of a Deployment's former template while pods of it are ready; undefined where none are. */
export function servingSpec(lookup: Lookup, workload: KubernetesObject): Json | undefined {
  if (workload.kind !== "Deployment") return undefined;
  const serving = formerReplicaSets(lookup, workload).find((candidate) => readyOf(candidate) > 0);
  return serving === undefined ? undefined : specOf(serving);
}

/** What a controller remembers of its templates; undefined where there is no former one. */
export function templatesOf(lookup: Lookup, workload: KubernetesObject): Templates | undefined {
  if (workload.kind === "Deployment") return ofReplicaSets(lookup, workload);
  if (workload.kind === "StatefulSet" || workload.kind === "DaemonSet") return ofRevisions(lookup, workload);
  return undefined;
}

// The newest former ReplicaSet that has ready pods is what worked for sure.
function ofReplicaSets(lookup: Lookup, deployment: KubernetesObject): Templates | undefined {
  const current = currentReplicaSet(lookup, deployment);
  const formers = formerReplicaSets(lookup, deployment);
  const former = formers.find((candidate) => readyOf(candidate) > 0) ?? formers[0];
  if (current === undefined || former === undefined) return undefined;
  const pods = numberAt(former, "status", "replicas") ?? 0;
  return {
    current: specOf(current),
    former: specOf(former),
    worked: workedText(refText(refOf(former)), pods, readyOf(former)),
  };
}

function readyOf(replicaSet: KubernetesObject): number {
  return numberAt(replicaSet, "status", "readyReplicas") ?? 0;
}

// StatefulSets and DaemonSets keep their templates as ControllerRevisions, whose name or hash the pods carry.
function ofRevisions(lookup: Lookup, workload: KubernetesObject): Templates | undefined {
  const [current, former] = lookup
    .childrenOf(workload)
    .filter(({ kind }) => kind === "ControllerRevision")
    .toSorted((a, b) => (numberAt(b, "revision") ?? 0) - (numberAt(a, "revision") ?? 0));
  if (current === undefined || former === undefined) return undefined;
  const pods = lookup.podsOf(refOf(workload)).filter((pod) => isOfRevision(pod, former));
  const worked = workedText(`revision ${former.metadata.name}`, pods.length, pods.filter(isReady).length);
  return { current: keptSpec(current), former: keptSpec(former), worked };
}

function isOfRevision(pod: KubernetesObject, { metadata: { name } }: KubernetesObject): boolean {
  const hash = pod.metadata.labels?.["controller-revision-hash"];
  return hash !== undefined && (name === hash || name.endsWith(`-${hash}`));
}

function specOf(replicaSet: KubernetesObject): Json {
  return podTemplateOf(replicaSet)?.spec ?? {};
}

function keptSpec(revision: KubernetesObject): Json {
  return mapAt(revision, "data", "spec", "template", "spec");
}

// Pods of it that are not ready either speak against it; where none are left, it made way in its time.
function workedText(name: string, pods: number, ready: number): string | null {
  if (ready > 0) return `${name}, ${ready} pod${ready === 1 ? "" : "s"} of which ${ready === 1 ? "is" : "are"} ready`;
  return pods > 0 ? null : `${name}, which ran before`;
}
