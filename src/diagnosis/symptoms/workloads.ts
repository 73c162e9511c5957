import { type KubernetesObject, type ObjectRef, refOf } from "../../signal/object.ts";
import { eventMessage, eventTime, type Lookup, ownerNamed } from "../lookup.ts";
import { refusalOf } from "../message/admission.ts";
import { conditionOf, mapAt, numberAt, selects, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { podTemplateOf } from "../workload.ts";
import { minutesSince, symptomOf } from "./now.ts";

/** Kinds whose controllers make pods and say how many are ready. */
export const CONTROLLERS = [
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "apps/ReplicaSet",
  "/ReplicationController",
];

/** The ReplicaSet that a Deployment wants now; the others only serve until it is ready. */
export function currentReplicaSet(lookup: Lookup, deployment: KubernetesObject): KubernetesObject | undefined {
  const owned = lookup.childrenOf(deployment).filter((child) => child.kind === "ReplicaSet");
  return owned.toSorted((a, b) => revisionOf(b) - revisionOf(a) || newer(a, b))[0];
}

/** The ReplicaSets that a Deployment had before its present one, newest first. */
export function formerReplicaSets(lookup: Lookup, deployment: KubernetesObject): readonly KubernetesObject[] {
  const owned = lookup.childrenOf(deployment).filter((child) => child.kind === "ReplicaSet");
  return owned.toSorted((a, b) => revisionOf(b) - revisionOf(a) || newer(a, b)).slice(1);
}

/** Whether a pod was made from a template that its Deployment no longer wants. */
export function isOutdated(lookup: Lookup, pod: KubernetesObject): boolean {
  const owner = ownerNamed(pod, "ReplicaSet");
  if (owner === undefined) return false;
  const replicaSet = lookup.find("apps/ReplicaSet", pod.metadata.namespace ?? null, owner);
  const deployment = replicaSet === undefined ? undefined : lookup.get(lookup.rootOf(replicaSet));
  if (deployment === undefined || deployment.kind !== "Deployment") return false;
  const current = currentReplicaSet(lookup, deployment);
  return current !== undefined && current.metadata.name !== owner && wanted(current) > 0;
}

/** What is wrong with a controller of pods beyond what its pods tell. */
export function workloadSymptoms(lookup: Lookup, object: KubernetesObject): readonly Symptom[] {
  const refusal = refused(lookup, object);
  if (refusal !== undefined) return [refusal];
  if (object.kind === "ReplicaSet" && ownerNamed(object, "Deployment") !== undefined) return [];
  const zero = scaledToZero(lookup, object);
  if (zero !== undefined) return [zero];
  const short = tooFew(lookup, object);
  return short === undefined ? [] : [short];
}

// A ReplicaSet that tried in vain says so in a condition, which its Deployment repeats; the other controllers only by
// events.
function refused(lookup: Lookup, object: KubernetesObject): Symptom | undefined {
  if (object.kind === "Deployment" && currentReplicaSet(lookup, object) !== undefined) return undefined;
  const condition = conditionOf(object, "ReplicaFailure");
  const event = lookup.eventsAbout(object).findLast((candidate) => textAt(candidate, "reason") === "FailedCreate");
  const isShort = numberAt(object, "status", "replicas") === undefined || existing(object) < wanted(object);
  if (!isShort) return undefined;
  if (condition?.status === "True" && condition.reason === "FailedCreate") {
    return tell(object, condition.message, "status.conditions[ReplicaFailure]", condition.at);
  }
  if (event === undefined || minutesSince(lookup, eventTime(event)) > 60 || wanted(object) === 0) return undefined;
  return tell(object, eventMessage(event), "events", eventTime(event));
}

function tell(object: KubernetesObject, message: string, field: string, at: string | null): Symptom {
  const refusal = refusalOf(message);
  return symptomOf(
    object,
    { is: "refused", by: refOf(object), refusal, message },
    { text: `no pod may be created: ${message}`, field, at },
  );
}

function scaledToZero(lookup: Lookup, object: KubernetesObject): Symptom | undefined {
  if (object.kind !== "Deployment" && object.kind !== "StatefulSet") return undefined;
  if (numberAt(object, "spec", "replicas") !== 0) return undefined;
  const labels = podTemplateOf(object)?.labels ?? {};
  const services = lookup.all("/Service").filter((service) => {
    const selector = mapAt(service, "spec", "selector") as Readonly<Record<string, string>>;
    const isHere = service.metadata.namespace === object.metadata.namespace;
    return isHere && Object.keys(selector).length > 0 && selects(selector, labels);
  });
  if (services.length === 0) return undefined;
  return symptomOf(
    object,
    { is: "scaled-to-zero" },
    {
      text: `it is scaled to zero while Service ${services[0]?.metadata.name} sends requests to it`,
      field: "spec.replicas",
    },
  );
}

function tooFew(lookup: Lookup, object: KubernetesObject): Symptom | undefined {
  const ask = wanted(object);
  const ready = numberAt(object, "status", object.kind === "DaemonSet" ? "numberReady" : "readyReplicas") ?? 0;
  const stuck = conditionOf(object, "Progressing");
  const isStuck = stuck?.reason === "ProgressDeadlineExceeded";
  if (ready >= ask && !isStuck) return undefined;
  const available = conditionOf(object, "Available");
  const since = isStuck ? stuck.at : (available?.at ?? null);
  const isUnavailable = available?.status === "False" && minutesSince(lookup, available.at) > 10;
  if (!isStuck && !isUnavailable && object.kind === "Deployment") return undefined;
  if (object.kind !== "Deployment" && minutesSince(lookup, object.metadata.creationTimestamp) < 10) return undefined;
  const message = isStuck ? stuck.message : (available?.message ?? "");
  const text = `${ready} of ${ask} pods are ready${message === "" ? "" : `: ${message}`}`;
  return symptomOf(object, { is: "short", wanted: ask, ready, message }, { text, field: "status", at: since });
}

function wanted(object: KubernetesObject): number {
  if (object.kind === "DaemonSet") return numberAt(object, "status", "desiredNumberScheduled") ?? 0;
  return numberAt(object, "spec", "replicas") ?? numberAt(object, "spec", "parallelism") ?? 1;
}

function existing(object: KubernetesObject): number {
  if (object.kind === "Deployment") return numberAt(object, "status", "updatedReplicas") ?? 0;
  if (object.kind === "DaemonSet") return numberAt(object, "status", "currentNumberScheduled") ?? 0;
  return numberAt(object, "status", "replicas") ?? numberAt(object, "status", "active") ?? 0;
}

function revisionOf(object: KubernetesObject): number {
  return Number(object.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

function newer(a: KubernetesObject, b: KubernetesObject): number {
  const [first, second] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  return first < second ? 1 : first > second ? -1 : 0;
}

/** The workload whose pods a Service would select if it selected by their template. */
export function workloadsSelectedBy(lookup: Lookup, service: KubernetesObject): readonly ObjectRef[] {
  const selector = mapAt(service, "spec", "selector") as Readonly<Record<string, string>>;
  if (Object.keys(selector).length === 0) return [];
  return ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"]
    .flatMap((kind) => lookup.all(kind))
    .filter(
      (workload) =>
        workload.metadata.namespace === service.metadata.namespace &&
        selects(selector, podTemplateOf(workload)?.labels ?? {}),
    )
    .map(refOf);
}
