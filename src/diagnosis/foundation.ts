import { type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, mapAt, numberAt, textAt } from "./read.ts";
import { isReady, selectedPods } from "./symptoms/services.ts";

const DNS_PORT = 53;

/** The agents of the node that a pod runs on which are not ready: who gives pods their network and their volumes. */
export function agentsBeside(lookup: Lookup, pod: KubernetesObject): readonly ObjectRef[] {
  const node = textAt(pod, "spec", "nodeName");
  if (node === undefined) return [];
  return lookup
    .all("/Pod")
    .filter((other) => textAt(other, "spec", "nodeName") === node && isAgent(other) && !isReady(other))
    .map((other) => lookup.rootOf(other));
}

// They must run before there is a network, or reach the kubelet's own folders.
function isAgent(pod: KubernetesObject): boolean {
  const isOfEveryNode = listAt(pod, "metadata", "ownerReferences").some((each) => textAt(each, "kind") === "DaemonSet");
  const reaches = listAt(pod, "spec", "volumes").some((volume) =>
    /^\/(?:var\/lib\/kubelet|etc\/cni|opt\/cni)/.test(textAt(volume, "hostPath", "path") ?? ""),
  );
  return isOfEveryNode && (mapAt(pod, "spec")["hostNetwork"] === true || reaches);
}

/** The cluster's name server: its Service, and what serves it. */
export function nameServers(lookup: Lookup): readonly ObjectRef[] {
  return lookup
    .allIn("/Service", "kube-system")
    .filter((service) => listAt(service, "spec", "ports").some((port) => numberAt(port, "port") === DNS_PORT))
    .flatMap((service) => [refOf(service), ...selectedPods(lookup, service).map((pod) => lookup.rootOf(pod))]);
}
