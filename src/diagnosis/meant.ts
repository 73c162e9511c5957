import { type KubernetesObject, keyOf, kindKey, type ObjectRef } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, textAt } from "./read.ts";
import { isGuarded } from "./symptoms/budgets.ts";
import { backendsOf } from "./symptoms/routes.ts";
import { selectedPods } from "./symptoms/services.ts";
import { isMounted } from "./symptoms/storage.ts";
import { rootRef } from "./troubles.ts";

/**
 * The live object that a signal means: the one it names; where it leaves the namespace out, the only one of that kind
 * and name; a node by its address.
 */
export function meantObject(lookup: Lookup, ref: ObjectRef): KubernetesObject | undefined {
  return lookup.get(ref) ?? onlyOne(lookup, ref) ?? nodeAt(lookup, ref);
}

/**
 * The roots that a signal about an object is about: its own, and those of what it guards, scales, keeps or leads to; the
 * workload of a pod that is gone.
 */
export function rootsMeant(lookup: Lookup, ref: ObjectRef): readonly ObjectRef[] {
  const object = meantObject(lookup, ref) ?? makerOf(lookup, ref);
  if (object === undefined) return [rootRef(lookup, ref)];
  return [lookup.rootOf(object), ...subjectsOf(lookup, object)];
}

function onlyOne(lookup: Lookup, { apiVersion, kind, namespace, name }: ObjectRef): KubernetesObject | undefined {
  if (namespace !== null) return undefined;
  const [only, ...others] = lookup.all(kindKey({ apiVersion, kind })).filter(({ metadata }) => metadata.name === name);
  return others.length === 0 ? only : undefined;
}

function nodeAt(lookup: Lookup, { kind, name }: ObjectRef): KubernetesObject | undefined {
  if (kind !== "Node") return undefined;
  return lookup
    .all("/Node")
    .find((node) => listAt(node, "status", "addresses").some((each) => textAt(each, "address") === name));
}

// What controllers put behind a workload's name to name its pods.
const MADE: readonly (readonly [kind: string, suffix: RegExp])[] = [
  ["apps/Deployment", /-[a-z0-9]{6,10}-[a-z0-9]{5}$/],
  ["apps/StatefulSet", /-\d+$/],
  ["apps/DaemonSet", /-[a-z0-9]{5}$/],
  ["batch/Job", /-[a-z0-9]{5}$/],
];

function makerOf(lookup: Lookup, { kind, namespace, name }: ObjectRef): KubernetesObject | undefined {
  if (kind !== "Pod" || namespace === null) return undefined;
  for (const [maker, suffix] of MADE) {
    const found = suffix.test(name) ? lookup.find(maker, namespace, name.replace(suffix, "")) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

type Subjects = (lookup: Lookup, object: KubernetesObject) => readonly ObjectRef[];

const SUBJECTS: Readonly<Record<string, Subjects>> = {
  "policy/PodDisruptionBudget": (lookup, budget) => rootsOf(lookup, budget, (pod) => isGuarded(budget, pod)),
  "/PersistentVolumeClaim": (lookup, claim) => rootsOf(lookup, claim, (pod) => isMounted(claim, pod)),
  "/Service": servedBy,
  "networking.k8s.io/Ingress": (lookup, ingress) =>
    backendsOf(ingress).flatMap(({ service }) => {
      const found = lookup.find("/Service", ingress.metadata.namespace ?? null, service);
      return found === undefined ? [] : servedBy(lookup, found);
    }),
  "autoscaling/HorizontalPodAutoscaler": (_, scaler) => targetOf(scaler, "scaleTargetRef"),
  "keda.sh/ScaledObject": (_, scaler) => targetOf(scaler, "scaleTargetRef"),
  "autoscaling.k8s.io/VerticalPodAutoscaler": (_, scaler) => targetOf(scaler, "targetRef"),
};

function subjectsOf(lookup: Lookup, object: KubernetesObject): readonly ObjectRef[] {
  const found = SUBJECTS[kindKey(object)]?.(lookup, object) ?? [];
  return [...new Map(found.map((ref) => [keyOf(ref), ref])).values()];
}

function servedBy(lookup: Lookup, service: KubernetesObject): readonly ObjectRef[] {
  return selectedPods(lookup, service).map((pod) => lookup.rootOf(pod));
}

function rootsOf(
  lookup: Lookup,
  { metadata }: KubernetesObject,
  isOne: (pod: KubernetesObject) => boolean,
): readonly ObjectRef[] {
  return lookup
    .allIn("/Pod", metadata.namespace)
    .filter(isOne)
    .map((pod) => lookup.rootOf(pod));
}

function targetOf({ metadata, spec }: KubernetesObject, field: string): readonly ObjectRef[] {
  const name = textAt(spec, field, "name");
  const kind = textAt(spec, field, "kind") ?? "Deployment";
  const apiVersion = textAt(spec, field, "apiVersion") ?? "apps/v1";
  return name === undefined ? [] : [{ apiVersion, kind, namespace: metadata.namespace ?? null, name }];
}
