import { createHash } from "node:crypto";
import { type KubernetesObject, refOf } from "../../../src/signal/object.ts";

/** What a workload makes its pods from. */
export type PodTemplate = {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec: { readonly containers: readonly Container[] };
};

type Container = { readonly name: string; readonly image: string };

/** What a workload's pods are made from now. */
export function templateOf(object: KubernetesObject): PodTemplate {
  return (object["spec"] as { template: PodTemplate }).template;
}

/** A pod that runs and is ready. */
export function podOf(workload: KubernetesObject, owner: KubernetesObject, index: number, now: Date): KubernetesObject {
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

/** A pod that fails again as another one did, with what it is given now; in what the kubelet said of it too. */
export function failedAgain(
  pod: KubernetesObject,
  owner: KubernetesObject,
  index: number,
  now: Date,
): KubernetesObject {
  const { spec, metadata } = templateOf(owner);
  const { containers } = pod["spec"] as PodTemplate["spec"];
  const imageOf = (name: string): string => spec.containers.find((one) => one.name === name)?.image ?? "";
  const said = containers.reduce(
    (text, { name, image }) => text.replaceAll(image, imageOf(name) || image),
    JSON.stringify(pod["status"]),
  );
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name: `${owner.metadata.name}-${suffix(owner, index, now)}`,
      uid: crypto.randomUUID(),
      labels: metadata?.labels ?? {},
      creationTimestamp: now.toISOString(),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...(pod["spec"] as object), ...spec },
    status: JSON.parse(said),
  };
}

/** Whether an object is a pod of this workload, through its ReplicaSets too. */
export function isPodOf(
  object: KubernetesObject,
  workload: KubernetesObject,
  objects: readonly KubernetesObject[],
): boolean {
  if (object.kind !== "Pod") return false;
  return (
    isOwnedBy(object, workload) ||
    objects.some((set) => set.kind === "ReplicaSet" && isOwnedBy(set, workload) && isOwnedBy(object, set))
  );
}

/** Whether an object is owned by another one. */
export function isOwnedBy({ metadata }: KubernetesObject, owner: KubernetesObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);
}

/** Whether a pod is ready. */
export function isReady({ status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

/** What an owner's children say of it. */
export function ownerReference(owner: KubernetesObject) {
  const { apiVersion, kind, name } = refOf(owner);
  return { apiVersion, kind, name, uid: owner.metadata.uid ?? "", controller: true };
}

function suffix(owner: KubernetesObject, index: number, now: Date): string {
  return createHash("sha256").update(`${owner.metadata.uid} ${index} ${now.toISOString()}`).digest("hex").slice(0, 5);
}
