import type { Json, KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { conditionOf, listAt, numberAt, selects, textAt, textsAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { containersOf, podTemplateOf, portsOf } from "../workload.ts";
import { straySymptoms } from "./astray.ts";
import { symptomOf } from "./now.ts";

/** One port of a Service and where it sends what it gets. */
export type ServicePort = {
  readonly name: string | null;
  readonly port: number;
  readonly target: number | string;
  readonly protocol: string;
};

/** The ports of a Service; a target left out is the port itself. */
export function servicePortsOf(service: Json | undefined): readonly ServicePort[] {
  return listAt(service, "spec", "ports").flatMap((entry) => {
    const port = numberAt(entry, "port");
    if (port === undefined) return [];
    const target = numberAt(entry, "targetPort") ?? textAt(entry, "targetPort") ?? port;
    return [{ name: textAt(entry, "name") ?? null, port, target, protocol: textAt(entry, "protocol") ?? "TCP" }];
  });
}

/** The live pods that a Service's selector matches. */
export function selectedPods(lookup: Lookup, service: KubernetesObject): readonly KubernetesObject[] {
  const selector = textsAt(service, "spec", "selector");
  if (Object.keys(selector).length === 0) return [];
  return lookup
    .allIn("/Pod", service.metadata.namespace)
    .filter(
      (pod) =>
        selects(selector, pod.metadata.labels ?? {}) &&
        pod.metadata.deletionTimestamp === undefined &&
        !["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? ""),
    );
}

/** Whether a pod is ready to be sent requests. */
export function isReady(pod: KubernetesObject): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

/** What keeps a Service from reaching anything. */
export function serviceSymptoms(lookup: Lookup, service: KubernetesObject): readonly Symptom[] {
  const selector = textsAt(service, "spec", "selector");
  if (Object.keys(selector).length === 0 || textAt(service, "spec", "type") === "ExternalName") return [];
  // Without pods nothing can be said of a selector.
  if (!lookup.isListed("/Pod", service.metadata.namespace) && lookup.all("/Pod").length === 0) return [];
  const pods = selectedPods(lookup, service);
  const ready = pods.filter(isReady);
  if (ready.length === 0) {
    const text =
      pods.length === 0
        ? `no pod carries the labels ${Object.entries(selector)
            .map((pair) => pair.join("="))
            .join(", ")}`
        : `none of the ${pods.length} pods behind it is ready`;
    return [
      symptomOf(service, { is: "no-backends", selected: pods.length, ready: 0 }, { text, field: "spec.selector" }),
    ];
  }
  const astray = straySymptoms(lookup, service, pods);
  const lost = servicePortsOf(service).filter((port) => !pods.some((pod) => answers(pod, port)));
  if (lost.length === 0) return astray;
  const text = `it sends to ${lost.map((port) => port.target).join(", ")}, which no container behind it opens`;
  const ailment = { is: "no-port", ports: lost.map((port) => port.target) } as const;
  return [...astray, symptomOf(service, ailment, { text, field: "spec.ports" })];
}

// A number need not be declared to be open: where a pod declares no port at all, nothing can be said against it.
function answers(pod: KubernetesObject, port: ServicePort): boolean {
  const declared = containersOf(podTemplateOf(pod)).flatMap(portsOf);
  if (typeof port.target === "string") {
    return declared.some((candidate) => candidate.name === port.target && candidate.protocol === port.protocol);
  }
  return declared.length === 0 || declared.some((candidate) => candidate.port === port.target);
}
