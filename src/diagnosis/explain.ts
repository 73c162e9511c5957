import { keyOf, type ObjectRef, refOf } from "../signal/object.ts";
import { configurationOf, servicesOf } from "./admission.ts";
import { misfitsOf, untolerated } from "./fitting.ts";
import { agentsBeside, nameServers } from "./foundation.ts";
import { resolveHost } from "./hosts.ts";
import type { Lookup } from "./lookup.ts";
import type { Refused } from "./message/admission.ts";
import type { Complaint } from "./message/complaint.ts";
import { mapAt, textAt } from "./read.ts";
import type { Ailment, Symptom, Trouble } from "./symptom.ts";
import { flagSymptoms } from "./symptoms/flags.ts";
import { selectedPods } from "./symptoms/services.ts";
import { workloadsSelectedBy } from "./symptoms/workloads.ts";
import { podTemplateOf, referencesOf } from "./workload.ts";

/** A trouble with the troubles that another one explains. */
export type Cause = { readonly trouble: Trouble; readonly explains: readonly Trouble[] };

/** Where a symptom leads to: the roots that would explain it if they are in trouble; empty where it stands for itself. */
type Leads = readonly ObjectRef[];

/**
 * Sorts troubles into those that stand for themselves and those that others explain, by structure: what waits for
 * something points to what it waits for. A trouble counts as explained where each of its symptoms is.
 */
export function causesOf(lookup: Lookup, troubles: readonly Trouble[]): readonly Cause[] {
  const known = new Map(troubles.map((trouble) => [keyOf(trouble.root), trouble]));
  const leads = new Map(troubles.map((trouble) => [keyOf(trouble.root), explanations(lookup, trouble, known)]));
  const explained = new Map<string, Trouble[]>();
  for (const trouble of troubles) {
    const root = rootsOf(keyOf(trouble.root), leads);
    for (const key of root) if (key !== keyOf(trouble.root)) append(explained, key, trouble);
  }
  return troubles
    .filter((trouble) => rootsOf(keyOf(trouble.root), leads).has(keyOf(trouble.root)))
    .map((trouble) => ({ trouble, explains: explained.get(keyOf(trouble.root)) ?? [] }));
}

// Follows the leads to where they end; what only leads back to itself stands for itself.
function rootsOf(start: string, leads: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set<string>();
  const ends = new Set<string>();
  const waiting = [start];
  while (waiting.length > 0) {
    const key = waiting.pop() ?? "";
    if (seen.has(key)) continue;
    seen.add(key);
    const next = leads.get(key) ?? new Set<string>();
    if (next.size === 0) ends.add(key);
    else waiting.push(...next);
  }
  return ends.size === 0 ? new Set([start]) : ends;
}

function explanations(lookup: Lookup, trouble: Trouble, known: ReadonlyMap<string, Trouble>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const symptom of trouble.symptoms) {
    const keys = leadsOf(lookup, symptom)
      .map(keyOf)
      .filter((key) => known.has(key) && key !== keyOf(trouble.root));
    if (keys.length === 0) return new Set();
    for (const key of keys) found.add(key);
  }
  return found;
}

function leadsOf(lookup: Lookup, symptom: Symptom): Leads {
  const { ailment } = symptom;
  switch (ailment.is) {
    case "unschedulable":
      return [
        ...(ailment.predicates.some(({ obstacle }) => obstacle.is === "claim-unbound")
          ? claimsOf(lookup, ailment.pod)
          : []),
        ...closedNodesOf(lookup, ailment.pod),
      ];
    case "on-lost-node":
      return [{ apiVersion: "v1", kind: "Node", namespace: null, name: ailment.node }];
    case "evicted":
      return nodeOf(lookup, ailment.pod);
    case "no-sandbox":
    case "mount":
      return agentsOf(lookup, ailment);
    case "crash":
    case "unready":
    case "waiting":
      return [
        ...flagsAbout(lookup, ailment.pod),
        ...(ailment.is === "crash" && ailment.reason === "OOMKilled" ? [] : peersOf(lookup, ailment)),
      ];
    case "refused":
      return webhookLeads(lookup, ailment.refusal);
    case "no-backends":
      return backendsOf(lookup, symptom.object);
    case "autoscaler":
      return targetOf(lookup, symptom.object, ailment.reason);
    case "flux":
      return fluxLeads(lookup, symptom);
    default:
      return [];
  }
}

// What a webhook is asked at, where that is why no pod is made.
function webhookLeads(lookup: Lookup, refusal: Refused): Leads {
  const owner = refusal.is === "webhook-down" ? configurationOf(lookup, refusal.webhook) : undefined;
  return (owner === undefined ? [] : servicesOf(owner)).flatMap((service) => [service, ...backendsOf(lookup, service)]);
}

function claimsOf(lookup: Lookup, pod: ObjectRef): Leads {
  const object = lookup.get(pod);
  const template = object === undefined ? undefined : podTemplateOf(object);
  if (template === undefined) return [];
  return referencesOf(template)
    .filter((reference) => reference.kind === "PersistentVolumeClaim")
    .map((reference) => ({ apiVersion: "v1", kind: reference.kind, namespace: pod.namespace, name: reference.name }));
}

// The nodes that would take a pod but for what is wrong with them, which the node controller tells by a taint.
function closedNodesOf(lookup: Lookup, pod: ObjectRef): Leads {
  const spec = mapAt(lookup.get(pod), "spec");
  return [...misfitsOf(lookup, spec)].flatMap(([name, found]) => {
    const node = { apiVersion: "v1", kind: "Node", namespace: null, name };
    const object = found.join() === "taint" ? lookup.get(node) : undefined;
    const taints = object === undefined ? [] : untolerated(object, spec);
    return taints.length > 0 && taints.every((taint) => taint.startsWith("node.kubernetes.io/")) ? [node] : [];
  });
}

// A volume whose driver does not answer, and a network that is not there, are for the node's agents to give.
function agentsOf(lookup: Lookup, { pod, message }: Extract<Ailment, { is: "no-sandbox" | "mount" }>): Leads {
  const object = lookup.get(pod);
  if (object === undefined || !/sandbox|network|cni\b|csi|driver/i.test(message)) return [];
  return [...nodeOf(lookup, pod), ...agentsBeside(lookup, object)];
}

function nodeOf(lookup: Lookup, pod: ObjectRef): Leads {
  const name = textAt(lookup.get(pod), "spec", "nodeName");
  return name === undefined ? [] : [{ apiVersion: "v1", kind: "Node", namespace: null, name }];
}

type InPod = Extract<Ailment, { is: "crash" | "unready" | "waiting" | "complaining" }>;

// Complaints that a program makes of itself; beside one of these, an unreachable peer is no explanation.
const OWN = new Set<Complaint["is"]>([
  "unset",
  "bad-value",
  "bad-argument",
  "bad-config",
  "bad-script",
  "file-missing",
  "port-taken",
  "login-failed",
  "forbidden",
]);

function peersOf(lookup: Lookup, ailment: InPod): Leads {
  if (ailment.complaints.some((complaint) => OWN.has(complaint.is))) return [];
  return ailment.complaints.flatMap((complaint) => {
    if (complaint.is !== "unreachable") return [];
    const host = resolveHost(lookup, ailment.pod.namespace ?? "", complaint.host, complaint.port);
    const servers = complaint.how === "unknown-host" && host.is !== "no-service" ? nameServers(lookup) : [];
    if (host.is !== "service" || !host.hasPort) return servers;
    return [...servers, refOf(host.service), ...backendsOf(lookup, refOf(host.service))];
  });
}

// A flag that is on speaks of a program by its name: cartFailure of cart, productCatalogFailure of product-catalog.
function flagsAbout(lookup: Lookup, pod: ObjectRef): Leads {
  const object = lookup.get(pod);
  const name = wordOf((object === undefined ? pod : lookup.rootOf(object)).name).replace(/service$/, "");
  return lookup
    .all("/ConfigMap")
    .filter((configMap) =>
      flagSymptoms(configMap).some(({ ailment }) => ailment.is === "flag" && wordOf(ailment.flag).startsWith(name)),
    )
    .map(refOf);
}

function wordOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function backendsOf(lookup: Lookup, service: ObjectRef): Leads {
  const object = lookup.get(service);
  if (object === undefined) return [];
  return [...selectedPods(lookup, object).map((pod) => lookup.rootOf(pod)), ...workloadsSelectedBy(lookup, object)];
}

// Metrics are missing where the pods that should have them are not there; a target that does not exist explains itself.
function targetOf(lookup: Lookup, autoscaler: ObjectRef, reason: string): Leads {
  if (reason === "FailedGetScale" || reason === "TooManyReplicas") return [];
  const object = lookup.get(autoscaler);
  const kind = textAt(object, "spec", "scaleTargetRef", "kind") ?? "";
  const name = textAt(object, "spec", "scaleTargetRef", "name") ?? "";
  const apiVersion = textAt(object, "spec", "scaleTargetRef", "apiVersion") ?? "apps/v1";
  return [{ apiVersion, kind, namespace: autoscaler.namespace, name }];
}

function fluxLeads(lookup: Lookup, symptom: Symptom): Leads {
  const object = lookup.get(symptom.object);
  if (symptom.ailment.is !== "flux" || object === undefined) return [];
  const { trouble } = symptom.ailment;
  const { apiVersion, namespace } = symptom.object;
  switch (trouble.is) {
    case "dependency-waits":
      return [{ apiVersion, kind: symptom.object.kind, namespace: trouble.namespace || namespace, name: trouble.name }];
    case "source-waits":
      return sourceLeads(lookup, symptom.object);
    case "health-check":
      return [
        ...trouble.waitsFor.flatMap((waited) => named(lookup, waited.kind, waited.namespace, waited.name)),
        ...appliedBy(lookup, object.kind, symptom.object),
      ];
    case "webhook-down":
      return trouble.service === null ? [] : serving(lookup, trouble.service);
    case "release-failed":
    case "unread":
      return appliedBy(lookup, object.kind, symptom.object);
    default:
      return [];
  }
}

function serving(lookup: Lookup, { namespace, name }: { readonly namespace: string; readonly name: string }): Leads {
  const service = { apiVersion: "v1", kind: "Service", namespace, name };
  return [service, ...backendsOf(lookup, service)];
}

function sourceLeads(lookup: Lookup, ref: ObjectRef): Leads {
  const object = lookup.get(ref);
  const paths = [
    ["spec", "sourceRef"],
    ["spec", "chart", "spec", "sourceRef"],
    ["spec", "chartRef"],
  ];
  const direct = paths.flatMap((path) => {
    const namespace = textAt(object, ...path, "namespace") ?? ref.namespace;
    return named(lookup, textAt(object, ...path, "kind") ?? "", namespace, textAt(object, ...path, "name") ?? "");
  });
  const chart = textAt(object, "status", "helmChart");
  const [namespace, name] = chart?.split("/") ?? [];
  return name === undefined ? direct : [...direct, ...named(lookup, "HelmChart", namespace ?? null, name)];
}

function named(lookup: Lookup, kind: string, namespace: string | null, name: string): Leads {
  return lookup.world.objects
    .filter(
      (object) =>
        object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? null) === namespace,
    )
    .map(refOf);
}

const OWNER_LABELS: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.toolkit.fluxcd.io",
  HelmRelease: "helm.toolkit.fluxcd.io",
};

function appliedBy(lookup: Lookup, kind: string, ref: ObjectRef): Leads {
  const group = OWNER_LABELS[kind];
  if (group === undefined) return [];
  return lookup.world.objects
    .filter((object) => {
      const labels = object.metadata.labels ?? {};
      return labels[`${group}/name`] === ref.name && labels[`${group}/namespace`] === ref.namespace;
    })
    .map(refOf);
}

function append(map: Map<string, Trouble[]>, key: string, trouble: Trouble): void {
  map.set(key, [...(map.get(key) ?? []), trouble]);
}
