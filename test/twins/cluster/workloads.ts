import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, refOf } from "../../../src/signal/object.ts";

type PodTemplate = {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec: { readonly containers: readonly Container[] };
};
type Container = { readonly name: string; readonly image: string };

const CONTROLLERS = ["Deployment", "StatefulSet", "DaemonSet"];

/** Lets every workload run as it is written: new pods of the present template, all ready. */
export function runWorkloads(objects: readonly KubernetesObject[], now: Date): KubernetesObject[] {
  let running = [...objects];
  for (const workload of objects) {
    if (CONTROLLERS.includes(workload.kind) && !isRunning(workload)) running = runWorkload(running, workload, now);
  }
  return running.map((object) => (object.kind === "EndpointSlice" ? withReadyEndpoints(object, running) : object));
}

/** Rolls out a changed template while the fault is still there: the failing pods fail again, with what they are given now. */
export function failAgain(
  objects: readonly KubernetesObject[],
  before: readonly KubernetesObject[],
  now: Date,
): KubernetesObject[] {
  const changed = objects.filter((object) => {
    const earlier = before.find(({ metadata, kind }) => kind === object.kind && metadata.uid === object.metadata.uid);
    return (
      CONTROLLERS.includes(object.kind) &&
      earlier !== undefined &&
      !isDeepStrictEqual(templateOf(earlier), templateOf(object))
    );
  });
  return changed.reduce((all, workload) => replaceFailing(all, workload, now), [...objects]);
}

function isRunning({ metadata, status, spec }: KubernetesObject): boolean {
  const { observedGeneration, availableReplicas, updatedReplicas, replicas } = (status ?? {}) as Record<
    string,
    number | undefined
  >;
  const wanted = (spec as { replicas?: number }).replicas ?? 1;
  const isSeen = observedGeneration === metadata.generation;
  return isSeen && availableReplicas === wanted && updatedReplicas === wanted && replicas === wanted;
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

function podOf(workload: KubernetesObject, owner: KubernetesObject, index: number, now: Date): KubernetesObject {
  const { spec, metadata } = templateOf(owner);
  const at = now.toISOString();
  const name =
    workload.kind === "StatefulSet"
      ? `${workload.metadata.name}-${index}`
      : `${owner.metadata.name}-${suffix(owner, index, now)}`;
  const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
    type,
    status: "True",
    lastTransitionTime: at,
  }));
  const containerStatuses = spec.containers.map((container) => ({
    name: container.name,
    image: container.image,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: at } },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: workload.metadata.namespace ?? "",
      uid: crypto.randomUUID(),
      labels: metadata?.labels ?? {},
      creationTimestamp: at,
      ownerReferences: [ownerReference(owner)],
    },
    spec,
    status: {
      phase: "Running",
      startTime: at,
      conditions,
      containerStatuses,
      podIP: `10.250.${Math.floor(Math.random() * 250)}.${index + 1}`,
    },
  };
}

/** The failing pods of a workload get its new template and fail as before; in what the kubelet said of them too. */
function replaceFailing(
  objects: readonly KubernetesObject[],
  workload: KubernetesObject,
  now: Date,
): KubernetesObject[] {
  const owner = replicaSetFor(objects, workload, now);
  const { spec } = templateOf(owner);
  return objects.flatMap((object) => {
    if (!isPodOf(object, workload, objects) || isReady(object)) return [object];
    const images = new Map(
      (object["spec"] as PodTemplate["spec"]).containers.map(({ name, image }) => [
        image,
        spec.containers.find((one) => one.name === name)?.image ?? image,
      ]),
    );
    const status = [...images].reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      JSON.stringify(object["status"]),
    );
    const metadata = {
      ...object.metadata,
      name: `${owner.metadata.name}-${suffix(owner, 0, now)}`,
      uid: crypto.randomUUID(),
      creationTimestamp: now.toISOString(),
      ownerReferences: [ownerReference(owner)],
    };
    return [
      { ...object, metadata, spec: { ...(object["spec"] as object), ...spec }, status: JSON.parse(status) },
      owner,
    ];
  });
}

function readyStatus(
  workload: KubernetesObject,
  owner: KubernetesObject,
  wanted: number,
  now: Date,
): Record<string, unknown> {
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
    targetRef: { kind: "Pod", namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
  }));
  return { ...slice, endpoints };
}

function isPodOf(object: KubernetesObject, workload: KubernetesObject, objects: readonly KubernetesObject[]): boolean {
  if (object.kind !== "Pod") return false;
  return (
    isOwnedBy(object, workload) ||
    objects.some((set) => set.kind === "ReplicaSet" && isOwnedBy(set, workload) && isOwnedBy(object, set))
  );
}

function isOwnedBy({ metadata }: KubernetesObject, owner: KubernetesObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);
}

function isReady({ status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

function scaledTo(set: KubernetesObject, replicas: number): KubernetesObject {
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, fullyLabeledReplicas: replicas };
  return {
    ...set,
    spec: { ...(set["spec"] as object), replicas },
    status: { ...counts, observedGeneration: set.metadata.generation ?? 1 },
  };
}

function templateOf(object: KubernetesObject): PodTemplate {
  return (object["spec"] as { template: PodTemplate }).template;
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { "pod-template-hash": _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function ownerReference(owner: KubernetesObject) {
  const { apiVersion, kind, name } = refOf(owner);
  return { apiVersion, kind, name, uid: owner.metadata.uid ?? "", controller: true };
}

function suffix(owner: KubernetesObject, index: number, now: Date): string {
  return createHash("sha256").update(`${owner.metadata.uid} ${index} ${now.toISOString()}`).digest("hex").slice(0, 5);
}
