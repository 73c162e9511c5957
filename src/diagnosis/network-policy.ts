import type { Json, JsonMap, KubernetesObject, ObjectRef } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, mapAt, numberAt } from "./read.ts";
import { matchesSelector } from "./requirement.ts";
import { selectedPods, servicePortsOf } from "./symptoms/services.ts";

const DNS_PORT = 53;

/** The NetworkPolicy that keeps a workload's pods from a Service's pods, or undefined where none does. */
export function blockedBy(
  lookup: Lookup,
  client: ObjectRef,
  service: KubernetesObject,
  port: number | null,
): KubernetesObject | undefined {
  const from = lookup.podsOf(client)[0];
  const to = selectedPods(lookup, service)[0];
  if (from === undefined || to === undefined) return undefined;
  const target = targetOf(service, port);
  return (
    closing(lookup, { pod: from, peer: to, port: target }, "Egress") ??
    closing(lookup, { pod: to, peer: from, port: target }, "Ingress")
  );
}

// The cluster's name server; where it was not read, nothing can be said of the way to it.
function nameServer(lookup: Lookup): KubernetesObject | undefined {
  return lookup
    .all("/Pod")
    .find((pod) => pod.metadata.namespace === "kube-system" && pod.metadata.labels?.["k8s-app"] === "kube-dns");
}

/** The NetworkPolicy that keeps a workload's pods from the cluster's name server, or undefined where none does. */
export function namesBlockedBy(lookup: Lookup, client: ObjectRef): KubernetesObject | undefined {
  const pod = lookup.podsOf(client)[0];
  if (pod === undefined) return undefined;
  const peer = nameServer(lookup);
  const closed = closing(lookup, { pod, peer: peer ?? pod, port: DNS_PORT }, "Egress");
  return closed !== undefined && (peer !== undefined || hasNoWayTo(closed, DNS_PORT)) ? closed : undefined;
}

// One that lets nothing out on a port closes the way to whatever server there is.
function hasNoWayTo(policy: KubernetesObject, port: number): boolean {
  return listAt(policy, "spec", "egress").every((rule) => {
    const ports = listAt(rule, "ports");
    return ports.length > 0 && !ports.some((each) => matchesPort(each, port));
  });
}

type Way = { readonly pod: KubernetesObject; readonly peer: KubernetesObject; readonly port: number | null };

function targetOf(service: KubernetesObject, port: number | null): number | null {
  const found = servicePortsOf(service).find((candidate) => candidate.port === port);
  return typeof found?.target === "number" ? found.target : null;
}

// Policies add up: a pod that any selects for a direction may only do what one of them allows.
function closing(lookup: Lookup, way: Way, direction: "Ingress" | "Egress"): KubernetesObject | undefined {
  const applying = lookup
    .all("networking.k8s.io/NetworkPolicy")
    .filter((policy) => policy.metadata.namespace === way.pod.metadata.namespace)
    .filter(
      (policy) => typesOf(policy).includes(direction) && matchesPod(mapAt(policy, "spec", "podSelector"), way.pod),
    );
  if (applying.length === 0 || applying.some((policy) => allows(lookup, policy, way, direction))) return undefined;
  return applying[0];
}

function typesOf(policy: KubernetesObject): readonly string[] {
  const types = listAt(policy, "spec", "policyTypes").map(String);
  if (types.length > 0) return types;
  return "egress" in mapAt(policy, "spec") ? ["Ingress", "Egress"] : ["Ingress"];
}

function allows(lookup: Lookup, policy: KubernetesObject, way: Way, direction: "Ingress" | "Egress"): boolean {
  const [field, side] = direction === "Ingress" ? (["ingress", "from"] as const) : (["egress", "to"] as const);
  return listAt(policy, "spec", field).some((rule) => {
    const peers = listAt(rule, side);
    const ports = listAt(rule, "ports");
    const isPeer = peers.length === 0 || peers.some((peer) => matchesPeer(lookup, peer, policy, way.peer));
    return isPeer && (ports.length === 0 || ports.some((port) => matchesPort(port, way.port)));
  });
}

function matchesPeer(lookup: Lookup, peer: Json | undefined, policy: KubernetesObject, pod: KubernetesObject): boolean {
  const spec = mapAt(peer);
  // An address block may or may not hold the pod: what cannot be told is not held against the policy.
  if ("ipBlock" in spec) return true;
  const namespace = lookup.find("/Namespace", null, pod.metadata.namespace ?? "");
  const isNamespace =
    "namespaceSelector" in spec
      ? matchesSelector(mapAt(peer, "namespaceSelector"), namespace?.metadata.labels ?? {})
      : pod.metadata.namespace === policy.metadata.namespace;
  return isNamespace && (!("podSelector" in spec) || matchesPod(mapAt(peer, "podSelector"), pod));
}

function matchesPort(port: Json | undefined, target: number | null): boolean {
  const first = numberAt(port, "port");
  if (first === undefined || target === null) return true;
  return first <= target && target <= (numberAt(port, "endPort") ?? first);
}

function matchesPod(selector: JsonMap, pod: KubernetesObject): boolean {
  return matchesSelector(selector, pod.metadata.labels ?? {});
}
