import type { Json, JsonMap, KubernetesObject } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { quantityOf } from "./quantity.ts";
import { listAt, mapAt, textAt, textsAt } from "./read.ts";
import { meetsRequirement } from "./requirement.ts";

/** Why a node does not take a pod; empty where it would. */
export type Misfit = "cordoned" | "taint" | "selector" | "cpu" | "memory" | "too-large" | "full";

type Spec = JsonMap;

/** What each node says to a pod of this spec, by the scheduler's own filters that manifests can answer for. */
export function misfitsOf(lookup: Lookup, spec: Spec): ReadonlyMap<string, readonly Misfit[]> {
  const wanted = requestsOf(spec);
  const used = usage(lookup);
  return new Map(
    lookup.all("/Node").map((node) => {
      const found: Misfit[] = [];
      if (mapAt(node, "spec")["unschedulable"] === true) found.push("cordoned");
      if (untolerated(node, spec).length > 0) found.push("taint");
      if (!isSelected(node, spec)) found.push("selector");
      found.push(...resourceMisfits(node, wanted, used.get(node.metadata.name)));
      return [node.metadata.name, found] as const;
    }),
  );
}

/** Whether some node takes a pod of this spec as things are. */
export function fits(lookup: Lookup, spec: Spec): boolean {
  return [...misfitsOf(lookup, spec).values()].some((found) => found.length === 0);
}

/** The taints of a node that a pod of this spec does not tolerate, as `key=value:Effect`. */
export function untolerated(node: KubernetesObject, spec: Spec): readonly string[] {
  const tolerations = listAt(spec, "tolerations");
  return listAt(node, "spec", "taints")
    .filter((taint) => textAt(taint, "effect") !== "PreferNoSchedule")
    .filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)))
    .map((taint) => `${textAt(taint, "key") ?? ""}=${textAt(taint, "value") ?? ""}:${textAt(taint, "effect") ?? ""}`);
}

function tolerates(toleration: Json | undefined, taint: Json | undefined): boolean {
  const effect = textAt(toleration, "effect");
  if (effect !== undefined && effect !== "" && effect !== textAt(taint, "effect")) return false;
  const key = textAt(toleration, "key");
  if (key === undefined || key === "") return textAt(toleration, "operator") === "Exists";
  if (key !== textAt(taint, "key")) return false;
  return (
    textAt(toleration, "operator") === "Exists" ||
    (textAt(toleration, "value") ?? "") === (textAt(taint, "value") ?? "")
  );
}

/** Whether a node carries what a pod's nodeSelector and required node affinity ask for. */
export function isSelected(node: KubernetesObject, spec: Spec): boolean {
  const labels = node.metadata.labels ?? {};
  const name = textAt(spec, "nodeName");
  if (name !== undefined && name !== node.metadata.name) return false;
  if (!Object.entries(textsAt(spec, "nodeSelector")).every(([key, value]) => labels[key] === value)) return false;
  const terms = listAt(
    spec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  return terms.length === 0 || terms.some((term) => matchesTerm(node, term));
}

function matchesTerm(node: KubernetesObject, term: Json | undefined): boolean {
  const labels = node.metadata.labels ?? {};
  const fields = { "metadata.name": node.metadata.name };
  return (
    listAt(term, "matchExpressions").every((expression) => meetsRequirement(labels, expression)) &&
    listAt(term, "matchFields").every((expression) => meetsRequirement(fields, expression))
  );
}

type Amounts = { readonly cpu: number; readonly memory: number; readonly pods: number };

type Measure = (container: Json | undefined, resource: string) => number;

/** What a pod of this spec asks a node for: the sum of its containers, or its greediest init container. */
export function requestsOf(spec: Spec): Pick<Amounts, "cpu" | "memory"> {
  return amountsOf(spec, requestOf);
}

/** What a pod of this spec may use at most, as a quota counts it. */
export function limitsOf(spec: Spec): Pick<Amounts, "cpu" | "memory"> {
  return amountsOf(spec, limitOf);
}

function amountsOf(spec: Spec, measure: Measure): Pick<Amounts, "cpu" | "memory"> {
  const of = (list: string, resource: string): number[] =>
    listAt(spec, list).map((container) => measure(container, resource));
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  return {
    cpu: Math.max(sum(of("containers", "cpu")), ...of("initContainers", "cpu")),
    memory: Math.max(sum(of("containers", "memory")), ...of("initContainers", "memory")),
  };
}

// A limit without a request is the request.
function requestOf(container: Json | undefined, resource: string): number {
  return quantityOf(mapAt(container, "resources", "requests")[resource]) ?? limitOf(container, resource);
}

function limitOf(container: Json | undefined, resource: string): number {
  return quantityOf(mapAt(container, "resources", "limits")[resource]) ?? 0;
}

function usage(lookup: Lookup): ReadonlyMap<string, Amounts> {
  const used = new Map<string, Amounts>();
  for (const pod of lookup.all("/Pod")) {
    const node = textAt(pod, "spec", "nodeName");
    const phase = textAt(pod, "status", "phase");
    if (node === undefined || phase === "Succeeded" || phase === "Failed") continue;
    const wanted = requestsOf(mapAt(pod, "spec"));
    const before = used.get(node) ?? { cpu: 0, memory: 0, pods: 0 };
    used.set(node, { cpu: before.cpu + wanted.cpu, memory: before.memory + wanted.memory, pods: before.pods + 1 });
  }
  return used;
}

function resourceMisfits(
  node: KubernetesObject,
  wanted: { readonly cpu: number; readonly memory: number },
  used: Amounts = { cpu: 0, memory: 0, pods: 0 },
): readonly Misfit[] {
  const room = (resource: string): number =>
    quantityOf(mapAt(node, "status", "allocatable")[resource]) ?? Number.POSITIVE_INFINITY;
  const found: Misfit[] = [];
  if (wanted.cpu > room("cpu") || wanted.memory > room("memory")) found.push("too-large");
  if (wanted.cpu > room("cpu") - used.cpu) found.push("cpu");
  if (wanted.memory > room("memory") - used.memory) found.push("memory");
  if (used.pods + 1 > room("pods")) found.push("full");
  return found;
}
