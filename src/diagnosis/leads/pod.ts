import { type ObjectRef, refOf } from "../../signal/object.ts";
import { misfitsOf, untolerated } from "../fitting.ts";
import { agentsBeside, nameServers } from "../foundation.ts";
import { resolveHost } from "../hosts.ts";
import type { Lookup } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { mapAt, textAt } from "../read.ts";
import type { Ailment } from "../symptom.ts";
import { flagSymptoms } from "../symptoms/flags.ts";
import { podTemplateOf, referencesOf } from "../workload.ts";
import { backendsOf, type Leads } from "./service.ts";

/** The claims that a pod mounts. */
export function claimsOf(lookup: Lookup, pod: ObjectRef): Leads {
  return referencesOf(podTemplateOf(lookup.get(pod)))
    .filter((reference) => reference.kind === "PersistentVolumeClaim")
    .map((reference) => ({ apiVersion: "v1", kind: reference.kind, namespace: pod.namespace, name: reference.name }));
}

/** The nodes that would take a pod but for what is wrong with them, which the node controller tells by a taint. */
export function closedNodesOf(lookup: Lookup, pod: ObjectRef): Leads {
  const spec = mapAt(lookup.get(pod), "spec");
  return [...misfitsOf(lookup, spec)].flatMap(([name, found]) => {
    const node = { apiVersion: "v1", kind: "Node", namespace: null, name };
    const object = found.join() === "taint" ? lookup.get(node) : undefined;
    const taints = object === undefined ? [] : untolerated(object, spec);
    return taints.length > 0 && taints.every((taint) => taint.startsWith("node.kubernetes.io/")) ? [node] : [];
  });
}

/** A volume whose driver does not answer, and a network that is not there, are for the node's agents to give. */
export function agentsOf(lookup: Lookup, { pod, message }: Extract<Ailment, { is: "no-sandbox" | "mount" }>): Leads {
  const object = lookup.get(pod);
  if (object === undefined || !/sandbox|network|cni\b|csi|driver/i.test(message)) return [];
  return [...nodeOf(lookup, pod), ...agentsBeside(lookup, object)];
}

/** The node that a pod was given. */
export function nodeOf(lookup: Lookup, pod: ObjectRef): Leads {
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

/** What a program complains that it cannot reach. */
export function peersOf(lookup: Lookup, ailment: InPod): Leads {
  if (ailment.complaints.some((complaint) => OWN.has(complaint.is))) return [];
  return ailment.complaints.flatMap((complaint) => {
    if (complaint.is !== "unreachable") return [];
    const host = resolveHost(lookup, ailment.pod.namespace ?? "", complaint.host, complaint.port);
    const servers = complaint.how === "unknown-host" && host.is !== "no-service" ? nameServers(lookup) : [];
    if (host.is !== "service" || !host.hasPort) return servers;
    return [...servers, refOf(host.service), ...backendsOf(lookup, refOf(host.service))];
  });
}

/** A flag that is on speaks of a program by its name: cartFailure of cart, productCatalogFailure of product-catalog. */
export function flagsAbout(lookup: Lookup, pod: ObjectRef): Leads {
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
