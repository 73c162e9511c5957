import { type KubernetesObject, keyOf, kindKey, type ObjectRef } from "../signal/object.ts";
import { type Lookup, ownerNamed } from "./lookup.ts";
import { conditionOf } from "./read.ts";
import type { Symptom, Trouble } from "./symptom.ts";
import { addressSymptoms } from "./symptoms/addresses.ts";
import { autoscalerSymptoms } from "./symptoms/autoscalers.ts";
import { budgetSymptoms } from "./symptoms/budgets.ts";
import { complainingSymptoms } from "./symptoms/complaining.ts";
import { customSymptoms } from "./symptoms/custom.ts";
import { flagSymptoms } from "./symptoms/flags.ts";
import { fluxSymptoms, isFlux } from "./symptoms/flux.ts";
import { cronJobSymptoms, isOvertaken, jobSymptoms } from "./symptoms/jobs.ts";
import { virtualServiceSymptoms } from "./symptoms/mesh.ts";
import { nodeSymptoms } from "./symptoms/nodes.ts";
import { podSymptoms } from "./symptoms/pods.ts";
import { ROUTES, routeSymptoms } from "./symptoms/routes.ts";
import { serviceSymptoms } from "./symptoms/services.ts";
import { claimSymptoms } from "./symptoms/storage.ts";
import { CONTROLLERS, isOutdated, workloadSymptoms } from "./symptoms/workloads.ts";

type Look = (lookup: Lookup, object: KubernetesObject) => readonly Symptom[];

// What each kind can tell; everything else is a custom object that may carry conditions.
const LOOKS: Readonly<Record<string, Look>> = {
  "/Pod": podLook,
  ...Object.fromEntries(CONTROLLERS.map((kind) => [kind, workloadLook])),
  "batch/Job": jobSymptoms,
  "batch/CronJob": cronJobSymptoms,
  "/Service": serviceSymptoms,
  ...Object.fromEntries(["networking.k8s.io/Ingress", ...ROUTES].map((kind) => [kind, routeSymptoms])),
  "networking.istio.io/VirtualService": virtualServiceSymptoms,
  "/PersistentVolumeClaim": claimSymptoms,
  "/Node": (_, node) => nodeSymptoms(node),
  "/ConfigMap": (_, configMap) => flagSymptoms(configMap),
  "autoscaling/HorizontalPodAutoscaler": autoscalerSymptoms,
  "policy/PodDisruptionBudget": budgetSymptoms,
};

const SILENT = new Set([
  "/Event",
  "events.k8s.io/Event",
  "/Secret",
  "/Namespace",
  "discovery.k8s.io/EndpointSlice",
  "/Endpoints",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
]);

const found = new WeakMap<Lookup, readonly Trouble[]>();

/** Everything that is wrong now, one trouble a root: one pass over the world, and nothing that is over. */
export function troublesOf(lookup: Lookup): readonly Trouble[] {
  const troubles = found.get(lookup) ?? findTroubles(lookup);
  found.set(lookup, troubles);
  return troubles;
}

function findTroubles(lookup: Lookup): readonly Trouble[] {
  return gather(lookup, (object) => lookAt(lookup, object));
}

/** What programs that are ready complain of: asked for only where nothing else is wrong. */
export function complaintsIn(lookup: Lookup): readonly Trouble[] {
  return gather(lookup, (object) => (kindKey(object) === "/Pod" ? complainingSymptoms(lookup, object) : []));
}

function gather(lookup: Lookup, look: (object: KubernetesObject) => readonly Symptom[]): readonly Trouble[] {
  const byRoot = new Map<string, { readonly root: ObjectRef; readonly symptoms: Symptom[] }>();
  for (const object of lookup.world.objects) {
    const symptoms = look(object);
    if (symptoms.length === 0) continue;
    const root = lookup.rootOf(object);
    const trouble = byRoot.get(keyOf(root)) ?? { root, symptoms: [] };
    trouble.symptoms.push(...symptoms);
    byRoot.set(keyOf(root), trouble);
  }
  return [...byRoot.values()].map(telling).filter((trouble) => trouble.symptoms.length > 0);
}

function lookAt(lookup: Lookup, object: KubernetesObject): readonly Symptom[] {
  const kind = kindKey(object);
  const look = LOOKS[kind];
  if (look !== undefined) return look(lookup, object);
  if (SILENT.has(kind)) return [];
  return isFlux(object) ? fluxSymptoms(lookup, object) : customSymptoms(lookup, object);
}

// While a new template is rolled out the pods of the old one are only a stopgap: what happens to them is no cause.
function podLook(lookup: Lookup, pod: KubernetesObject): readonly Symptom[] {
  if (isOutdated(lookup, pod)) return [];
  const job = ownerJob(lookup, pod);
  const isOver = job !== undefined && (conditionOf(job, "Complete")?.status === "True" || isOvertaken(lookup, job));
  return isOver ? [] : podSymptoms(lookup, pod);
}

function workloadLook(lookup: Lookup, object: KubernetesObject): readonly Symptom[] {
  const isMade = object.kind === "ReplicaSet" && ownerNamed(object, "Deployment") !== undefined;
  return [...workloadSymptoms(lookup, object), ...(isMade ? [] : addressSymptoms(lookup, object))];
}

function ownerJob(lookup: Lookup, pod: KubernetesObject): KubernetesObject | undefined {
  const owner = ownerNamed(pod, "Job");
  return owner === undefined ? undefined : lookup.find("batch/Job", pod.metadata.namespace ?? null, owner);
}

// That pods are too few or were put off a node says nothing where they tell themselves what is wrong.
function telling(trouble: Trouble): Trouble {
  const tells = trouble.symptoms.filter(({ ailment }) => ailment.is !== "short" && ailment.is !== "evicted");
  return tells.length > 0 ? { ...trouble, symptoms: tells } : trouble;
}

/** The root of the object that a reference names, itself where it was not read. */
export function rootRef(lookup: Lookup, ref: ObjectRef): ObjectRef {
  const object = lookup.get(ref);
  return object === undefined ? ref : lookup.rootOf(object);
}
