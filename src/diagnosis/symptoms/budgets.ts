import type { KubernetesObject } from "../../signal/object.ts";
import { eventMessage, eventTime, type Lookup } from "../lookup.ts";
import { listAt, mapAt, numberAt, textAt } from "../read.ts";
import { matchesSelector } from "../requirement.ts";
import type { Symptom } from "../symptom.ts";
import { podTemplateOf } from "../workload.ts";
import { minutesSince, symptomOf } from "./now.ts";

// A drain that waits for pods to end takes as long as their grace period, and that is seldom longer.
const DRAINING_MINUTES = 10;
const TOLD_MINUTES = 60;

/** Whether a PodDisruptionBudget is about this pod. */
export function isGuarded(budget: KubernetesObject, { metadata, ...pod }: KubernetesObject): boolean {
  const isOver = ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");
  const isHere = metadata.namespace === budget.metadata.namespace;
  return isHere && !isOver && matchesSelector(mapAt(budget, "spec", "selector"), metadata.labels ?? {});
}

/** The workloads whose pods a budget guards and that say how many there should be. */
export function guardedWorkloads(lookup: Lookup, budget: KubernetesObject): readonly KubernetesObject[] {
  const selector = mapAt(budget, "spec", "selector");
  return ["apps/Deployment", "apps/StatefulSet"]
    .flatMap((kind) => lookup.allIn(kind, budget.metadata.namespace))
    .filter((workload) => matchesSelector(selector, podTemplateOf(workload)?.labels ?? {}));
}

/** How many pods of a budget's workloads are asked for, and how many of those it wants healthy at any time. */
function demandOf(lookup: Lookup, budget: KubernetesObject): { readonly asked: number; readonly kept: number } {
  const asked = guardedWorkloads(lookup, budget).reduce(
    (sum, workload) => sum + (numberAt(workload, "spec", "replicas") ?? 1),
    0,
  );
  const { minAvailable, maxUnavailable } = mapAt(budget, "spec");
  const kept = maxUnavailable === undefined ? part(minAvailable, asked) : asked - part(maxUnavailable, asked);
  return { asked, kept };
}

// Percentages are rounded up, whichever way they count.
function part(value: unknown, of: number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(String(value ?? ""))?.[1];
  return percent === undefined ? Number(value ?? 0) || 0 : Math.ceil((Number(percent) / 100) * of);
}

/** A budget that never lets any of its pods go, while a node that is to be emptied waits for that. */
export function budgetSymptoms(lookup: Lookup, budget: KubernetesObject): readonly Symptom[] {
  const { asked, kept } = demandOf(lookup, budget);
  if (asked === 0 || kept < asked || allowedBy(budget) > 0) return [];
  const waits = drainOf(lookup, budget);
  if (waits === undefined) return [];
  const text = `it wants ${kept} of ${asked} pods at any time, so none may go, and ${waits.because}`;
  return [symptomOf(budget, { is: "blocks-drain", node: waits.node }, { text, field: "spec", at: waits.at })];
}

type Drain = { readonly node: string; readonly because: string; readonly at: string | null };

function drainOf(lookup: Lookup, budget: KubernetesObject): Drain | undefined {
  const pods = lookup.allIn("/Pod", budget.metadata.namespace).filter((pod) => isGuarded(budget, pod));
  for (const name of new Set(pods.map((pod) => textAt(pod, "spec", "nodeName") ?? ""))) {
    const node = lookup.find("/Node", null, name);
    const found = node && (cordoned(lookup, node) ?? refused(lookup, node, budget));
    if (found !== undefined) return { node: name, ...found };
  }
  return undefined;
}

function cordoned(lookup: Lookup, node: KubernetesObject): Omit<Drain, "node"> | undefined {
  if (mapAt(node, "spec")["unschedulable"] !== true || !isNearlyEmpty(lookup, node)) return undefined;
  const taint = listAt(node, "spec", "taints").find(
    (each) => textAt(each, "key") === "node.kubernetes.io/unschedulable",
  );
  const at = textAt(taint, "timeAdded") ?? null;
  if (minutesSince(lookup, at) < DRAINING_MINUTES) return undefined;
  return { because: `node ${node.metadata.name}, which is closed to new pods, still runs one`, at };
}

// A node that is only closed keeps what else it runs; one that is being emptied, only what may not go.
function isNearlyEmpty(lookup: Lookup, { metadata }: KubernetesObject): boolean {
  const budgets = lookup.all("policy/PodDisruptionBudget");
  if (!lookup.isListed("/Pod")) return false;
  return lookup
    .all("/Pod")
    .filter((pod) => textAt(pod, "spec", "nodeName") === metadata.name && !STAYS.has(makerOf(pod)))
    .every((pod) => budgets.some((each) => isGuarded(each, pod) && allowedBy(each) === 0));
}

const STAYS: ReadonlySet<string> = new Set(["DaemonSet", "Node"]);

function makerOf(pod: KubernetesObject): string {
  return textAt(listAt(pod, "metadata", "ownerReferences")[0], "kind") ?? "";
}

function allowedBy(budget: KubernetesObject): number {
  return numberAt(budget, "status", "disruptionsAllowed") ?? 0;
}

// Karpenter and the cluster autoscaler say which budget keeps them from taking a node away.
function refused(
  lookup: Lookup,
  node: KubernetesObject,
  { metadata }: KubernetesObject,
): Omit<Drain, "node"> | undefined {
  const told = lookup
    .eventsAbout(node)
    .findLast(
      (event) => /disruption ?budget|\bPDB\b/i.test(eventMessage(event)) && names(eventMessage(event), metadata),
    );
  if (told === undefined || minutesSince(lookup, eventTime(told)) > TOLD_MINUTES) return undefined;
  return { because: `${textAt(told, "reason") ?? "an event"} says: ${eventMessage(told)}`, at: eventTime(told) };
}

function names(message: string, { namespace = "", name }: KubernetesObject["metadata"]): boolean {
  return [`${namespace}/${name}`, `"${name}"`].some((text) => message.includes(text));
}
