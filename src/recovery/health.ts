import type { World } from "../evidence/world.ts";
import { own } from "../manifest/json.ts";
import { valueAt } from "../manifest/path.ts";
import { findObject } from "../proposal/way.ts";
import { groupOf, type KubernetesObject, type ObjectRef, refOf, refText } from "../signal/object.ts";

/** Whether an object does its work now. */
export type Health = { readonly is: "healthy" | "failing" | "unknown"; readonly text: string };

type Status = (object: KubernetesObject) => Health;

/** Reads from an object's own status whether it does its work; the rules of kstatus for the kinds that have one. */
export function healthOf(world: World, ref: ObjectRef): Health {
  const object = findObject(world, ref);
  if (object !== undefined)
    return isObserved(object) ? statusOf(object) : failing(object, "its controller has not seen it yet");
  return world.listed.has(`${groupOf(ref.apiVersion)}/${ref.kind}`)
    ? { is: "healthy", text: `${refText(ref)} is gone` }
    : { is: "unknown", text: `${refText(ref)} could not be read` };
}

function statusOf(object: KubernetesObject): Health {
  const read = own(STATUSES, object.kind) ?? byReadyCondition;
  return read(object);
}

const STATUSES: Readonly<Record<string, Status>> = {
  Deployment: (object) => {
    const wanted = numberAt(object, "spec", "replicas") ?? 1;
    const updated = numberAt(object, "status", "updatedReplicas") ?? 0;
    const available = numberAt(object, "status", "availableReplicas") ?? 0;
    const running = numberAt(object, "status", "replicas") ?? 0;
    const isReady = updated >= wanted && available >= wanted && running <= updated;
    return said(object, isReady, `${available} of ${wanted} replicas are available, ${updated} up to date`);
  },
  StatefulSet: (object) => {
    const wanted = numberAt(object, "spec", "replicas") ?? 1;
    const ready = numberAt(object, "status", "readyReplicas") ?? 0;
    const updated = numberAt(object, "status", "updatedReplicas") ?? 0;
    return said(
      object,
      ready >= wanted && updated >= wanted,
      `${ready} of ${wanted} replicas are ready, ${updated} up to date`,
    );
  },
  DaemonSet: (object) => {
    const wanted = numberAt(object, "status", "desiredNumberScheduled") ?? 0;
    const available = numberAt(object, "status", "numberAvailable") ?? 0;
    const updated = numberAt(object, "status", "updatedNumberScheduled") ?? 0;
    return said(
      object,
      available >= wanted && updated >= wanted,
      `${available} of ${wanted} pods are available, ${updated} up to date`,
    );
  },
  Job: (object) => {
    const failed = condition(object, "Failed");
    return said(object, failed?.status !== "True", failed?.message ?? "it has not failed");
  },
  PersistentVolumeClaim: (object) => {
    const phase = String(valueAt(object, ["status", "phase"]) ?? "Pending");
    return said(object, phase === "Bound", `it is ${phase}`);
  },
};

function byReadyCondition(object: KubernetesObject): Health {
  const ready = condition(object, "Ready");
  if (ready === undefined) return said(object, true, "it is there");
  return said(object, ready.status === "True", ready.message ?? ready.reason ?? `Ready is ${ready.status}`);
}

/** One condition of an object's status. */
export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
};

/** The condition of this type, or undefined where the status has none. */
export function condition(object: KubernetesObject, type: string): Condition | undefined {
  const conditions = valueAt(object, ["status", "conditions"]);
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((one: Condition | null) => one?.type === type);
}

function isObserved(object: KubernetesObject): boolean {
  const observed = numberAt(object, "status", "observedGeneration");
  return observed === undefined || object.metadata.generation === undefined || observed >= object.metadata.generation;
}

function said(object: KubernetesObject, isHealthy: boolean, text: string): Health {
  return isHealthy ? { is: "healthy", text: `${refText(refOf(object))}: ${text}` } : failing(object, text);
}

function failing(object: KubernetesObject, text: string): Health {
  return { is: "failing", text: `${refText(refOf(object))}: ${text}` };
}

function numberAt(object: KubernetesObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : undefined;
}
