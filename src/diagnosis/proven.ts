import type { KubernetesObject, ObjectRef } from "../signal/object.ts";
import type { Culprit } from "./hypothesis.ts";
import type { Lookup } from "./lookup.ts";
import { conditionOf, listAt, numberAt, textAt } from "./read.ts";
import { minutesSince } from "./symptoms/now.ts";
import { isReady } from "./symptoms/services.ts";

const A_WHILE_MINUTES = 60;
const A_DAY_MINUTES = 24 * 60;

/** Whether a pod is much older than all its restarts: the kubelet waits at most five minutes between two of them. */
export function ranLong(lookup: Lookup, pod: KubernetesObject | undefined, restarts: number): boolean {
  const failing = Array.from({ length: restarts }, (_, at) => Math.min(5, 2 ** at / 6));
  const minutes = failing.reduce((sum, wait) => sum + wait, 0);
  const age = minutesSince(lookup, pod?.metadata.creationTimestamp);
  return Number.isFinite(age) && age > 2 * minutes + A_WHILE_MINUTES;
}

/**
 * Whether a template whose rollout was done at that time has proven itself: all its pods ran well for long, or were made
 * a day later or more, in the place of others. Trouble that only a program tells of may be as old as the pod.
 */
export function isProven(lookup: Lookup, workload: ObjectRef, settled: string): boolean {
  const pods = settled === "" ? [] : lookup.podsOf(workload);
  const done = minutesSince(lookup, settled);
  return (
    pods.some((pod) => !isReady(pod) || restartsOf(pod) > 0) &&
    pods.every((pod) => {
      const isLater = done - minutesSince(lookup, pod.metadata.creationTimestamp) > A_DAY_MINUTES;
      return isLater || ranLong(lookup, pod, restartsOf(pod));
    })
  );
}

/**
 * When a workload is known to have come up with its present template, empty where it is not: what a commit did before
 * that is not why it fails now. A Deployment says when its rollout was done; of the others the pods tell.
 */
export function settledAt(lookup: Lookup, workload: ObjectRef): string {
  if (workload.kind === "StatefulSet" || workload.kind === "DaemonSet") return madeAndWell(lookup, workload);
  if (workload.kind === "CronJob") return wentWell(lookup, workload);
  const progressing = conditionOf(lookup.get(workload), "Progressing");
  return progressing?.reason === "NewReplicaSetAvailable" ? (progressing.toldAt ?? "") : "";
}

// One run may go well by chance or by what it found; a day of them does not.
function wentWell(lookup: Lookup, workload: ObjectRef): string {
  const last = textAt(lookup.get(workload), "status", "lastSuccessfulTime");
  return last === undefined ? "" : new Date(Date.parse(last) - A_DAY_MINUTES * 60_000).toISOString();
}

function madeAndWell(lookup: Lookup, workload: ObjectRef): string {
  const isOnDelete = textAt(lookup.get(workload), "spec", "updateStrategy", "type") === "OnDelete";
  const settled = isOnDelete ? [] : lookup.podsOf(workload).map((pod) => wellSince(lookup, pod));
  return settled.toSorted()[0] ?? "";
}

// A template makes its pods at once: one that never came up and was made a day later took the place of one that did.
function wellSince(lookup: Lookup, pod: KubernetesObject): string {
  const made = pod.metadata.creationTimestamp ?? "";
  if (made === "" || wasWellLong(lookup, pod)) return made;
  return new Date(Date.parse(made) - A_DAY_MINUTES * 60_000).toISOString();
}

/** Whether something began to go wrong so long after a commit that another thing must have happened since. */
export function beganLongAfter(
  at: string | null | undefined,
  { commit }: { readonly commit: Culprit | null },
): boolean {
  return Date.parse(at ?? "") - Date.parse(commit?.at ?? "") > A_DAY_MINUTES * 60_000;
}

/** Whether a pod has been well for so long that its template cannot be why it is not now. */
export function wasWellLong(lookup: Lookup, pod: KubernetesObject): boolean {
  if (restartsOf(pod) > 0) return ranLong(lookup, pod, restartsOf(pod));
  const ready = conditionOf(pod, "Ready");
  const until = ready?.status === "False" ? minutesSince(lookup, ready.at ?? undefined) : 0;
  return minutesSince(lookup, pod.metadata.creationTimestamp) - until > A_WHILE_MINUTES;
}

/** How often the container of a pod that was restarted most has been. */
export function restartsOf(pod: KubernetesObject): number {
  const restarts = listAt(pod, "status", "containerStatuses").map((status) => numberAt(status, "restartCount") ?? 0);
  return Math.max(0, ...restarts);
}
