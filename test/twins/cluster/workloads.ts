import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { JsonMap, KubernetesObject } from "../../../src/signal/object.ts";
import {
  failedAgain,
  isOwnedBy,
  isPodOf,
  isReady,
  ownerReference,
  type PodTemplate,
  podOf,
  templateOf,
} from "./pods.ts";

const CONTROLLERS = ["Deployment", "StatefulSet", "DaemonSet"];

/** Lets every workload run as it is written: new pods of the present template, all ready. */
export function runWorkloads(objects: readonly KubernetesObject[], now: Date): KubernetesObject[] {
  let running = [...objects];
  for (const workload of objects) {
    if (isFailing(workload)) running = runWorkload(running, workload, now);
  }
  return running.map((object) => (object.kind === "EndpointSlice" ? withReadyEndpoints(object, running) : object));
}

/** Rolls out changed templates while the fault is still there: every pod fails as the failing one did. */
export function failAgain(
  objects: readonly KubernetesObject[],
  before: readonly KubernetesObject[],
  now: Date,
): KubernetesObject[] {
  const changed = objects.filter((object) => {
    const earlier = before.find(({ metadata, kind }) => kind === object.kind && metadata.uid === object.metadata.uid);
    return (
      earlier !== undefined &&
      CONTROLLERS.includes(object.kind) &&
      !isDeepStrictEqual(templateOf(earlier), templateOf(object))
    );
  });
  return changed.reduce((all, workload) => failWorkload(all, workload, now), [...objects]);
}

/** Whether an object is a workload that does not run as it is written. */
export function isFailing(object: KubernetesObject): boolean {
  return CONTROLLERS.includes(object.kind) && !isRunning(object);
}

function isRunning({ kind, metadata, status, spec }: KubernetesObject): boolean {
  const count = (status ?? {}) as Record<string, number | undefined>;
  const wanted =
    kind === "DaemonSet" ? count["desiredNumberScheduled"] : ((spec as { replicas?: number }).replicas ?? 1);
  const counted =
    kind === "DaemonSet" ? ["numberReady", "updatedNumberScheduled"] : ["replicas", "readyReplicas", "updatedReplicas"];
  return count["observedGeneration"] === metadata.generation && counted.every((name) => (count[name] ?? 0) === wanted);
}

function runWorkload(objects: readonly KubernetesObject[], workload: KubernetesObject, now: Date): KubernetesObject[] {
  const { replicas: wanted = 1 } = workload["spec"] as { replicas?: number };
  const owner = workload.kind === "Deployment" ? replicaSetFor(objects, workload, now) : workload;
  const pods = Array.from({ length: wanted }, (_, index) => podOf(workload, owner, index, now));
  const others = objects.filter(
    (object) => object !== owner && !isPodOf(object, workload, objects) && object !== workload,
  );
  const scaled = others.map((object) =>
    isOwnedBy(object, workload) && object.kind === "ReplicaSet" ? scaledTo(object, 0) : object,
  );
  const ready = { ...workload, status: readyStatus(workload, owner, wanted, now) };
  return [...scaled, ready, ...(owner === workload ? [] : [scaledTo(owner, wanted)]), ...pods];
}

function replicaSetFor(objects: readonly KubernetesObject[], workload: KubernetesObject, now: Date): KubernetesObject {
  const template = templateOf(workload);
  const known = objects.find(
    (object) =>
      object.kind === "ReplicaSet" &&
      isOwnedBy(object, workload) &&
      isDeepStrictEqual(withoutHash(templateOf(object)), template),
  );
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);
  const labels = { ...template.metadata?.labels, "pod-template-hash": hash };
  const { name, namespace = "" } = workload.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      uid: crypto.randomUUID(),
      labels,
      creationTimestamp: now.toISOString(),
      ownerReferences: [ownerReference(workload)],
    },
    spec: { template: { ...template, metadata: { ...template.metadata, labels } } },
  };
}

function failWorkload(objects: readonly KubernetesObject[], workload: KubernetesObject, now: Date): KubernetesObject[] {
  const failing = objects.find((object) => isPodOf(object, workload, objects) && !isReady(object));
  if (failing === undefined) return runWorkload(objects, workload, now);
  const { replicas: wanted = 1 } = workload["spec"] as { replicas?: number };
  const owner = replicaSetFor(objects, workload, now);
  const pods = Array.from({ length: wanted }, (_, index) => failedAgain(failing, owner, index, now));
  const others = objects.filter(
    (object) => object !== owner && !isPodOf(object, workload, objects) && object !== workload,
  );
  const scaled = others.map((object) =>
    isOwnedBy(object, workload) && object.kind === "ReplicaSet" ? scaledTo(object, 0) : object,
  );
  const observedGeneration = workload.metadata.generation ?? 1;
  const conditions = [
    {
      type: "Available",
      status: "False",
      reason: "MinimumReplicasUnavailable",
      message: "Deployment does not have minimum availability.",
    },
  ];
  const status = {
    observedGeneration,
    replicas: wanted,
    updatedReplicas: wanted,
    unavailableReplicas: wanted,
    conditions,
  };
  const set = {
    ...owner,
    spec: { ...(owner["spec"] as object), replicas: wanted },
    status: { replicas: wanted, observedGeneration: 1 },
  };
  return [...scaled, { ...workload, status }, set, ...pods];
}

function readyStatus(workload: KubernetesObject, owner: KubernetesObject, wanted: number, now: Date): JsonMap {
  const observedGeneration = workload.metadata.generation ?? 1;
  const at = { lastUpdateTime: now.toISOString(), lastTransitionTime: now.toISOString() };
  const counts = { replicas: wanted, readyReplicas: wanted, availableReplicas: wanted, updatedReplicas: wanted };
  if (workload.kind === "DaemonSet") {
    const { desiredNumberScheduled: all = wanted } = (workload["status"] ?? {}) as { desiredNumberScheduled?: number };
    return {
      observedGeneration,
      desiredNumberScheduled: all,
      currentNumberScheduled: all,
      numberReady: all,
      numberAvailable: all,
      updatedNumberScheduled: all,
    };
  }
  if (workload.kind === "StatefulSet") return { observedGeneration, ...counts, currentReplicas: wanted };
  const conditions = [
    {
      type: "Available",
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
      ...at,
    },
    {
      type: "Progressing",
      status: "True",
      reason: "NewReplicaSetAvailable",
      message: `ReplicaSet "${owner.metadata.name}" has successfully progressed.`,
      ...at,
    },
  ];
  return { observedGeneration, ...counts, conditions };
}

function withReadyEndpoints(slice: KubernetesObject, objects: readonly KubernetesObject[]): KubernetesObject {
  const service = objects.find(
    ({ kind, metadata }) =>
      kind === "Service" &&
      metadata.namespace === slice.metadata.namespace &&
      metadata.name === slice.metadata.labels?.["kubernetes.io/service-name"],
  );
  const selector = (service?.["spec"] as { selector?: Record<string, string> } | undefined)?.selector;
  if (selector === undefined) return slice;
  const pods = objects.filter(
    (object) =>
      object.kind === "Pod" &&
      object.metadata.namespace === slice.metadata.namespace &&
      Object.entries(selector).every(([key, value]) => object.metadata.labels?.[key] === value),
  );
  const endpoints = pods.map((pod) => ({
    addresses: [(pod["status"] as { podIP?: string }).podIP ?? ""],
    conditions: { ready: isReady(pod), serving: isReady(pod), terminating: false },
    targetRef: targetOf(pod),
  }));
  return { ...slice, endpoints };
}

function targetOf({ metadata: { namespace = "", name, uid = "" } }: KubernetesObject): JsonMap {
  return { kind: "Pod", namespace, name, uid };
}

function scaledTo(set: KubernetesObject, replicas: number): KubernetesObject {
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, fullyLabeledReplicas: replicas };
  return {
    ...set,
    spec: { ...(set["spec"] as object), replicas },
    status: { ...counts, observedGeneration: set.metadata.generation ?? 1 },
  };
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { "pod-template-hash": _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
