import { isSameObject, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { listAt, numberAt, selects, textsAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { containersOf, podTemplateOf, portsOf } from "../workload.ts";
import { symptomOf } from "./now.ts";

const WORKLOADS = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

/**
 * A Service that reaches pods of another workload than the one of its own name: instead of that one's, which no Service
 * serves, or beside them, although they do not open its port. Where the two share a name, one is for the other.
 */
export function straySymptoms(
  lookup: Lookup,
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
): readonly Symptom[] {
  const { namespace, name } = service.metadata;
  const roots = pods.map((pod) => lookup.rootOf(pod));
  const [reached] = roots;
  const meant = WORKLOADS.flatMap((kind) => lookup.find(kind, namespace ?? null, name) ?? [])[0];
  if (meant === undefined || reached === undefined) return [];
  if (roots.some((root) => isSameObject(root, refOf(meant)))) return mixed(lookup, service, meant, roots);
  if (isServed(lookup, meant)) return [];
  const text = `it sends to the pods of ${refText(reached)}, and no Service to those of ${refText(refOf(meant))}`;
  return [symptomOf(service, { is: "astray", meant: refOf(meant), reached }, { text, field: "spec.selector" })];
}

function mixed(
  lookup: Lookup,
  service: KubernetesObject,
  meant: KubernetesObject,
  roots: readonly ObjectRef[],
): readonly Symptom[] {
  const targets = listAt(service, "spec", "ports").map((port) => numberAt(port, "targetPort"));
  const opens = (workload: KubernetesObject | undefined): readonly number[] =>
    containersOf(podTemplateOf(workload)).flatMap((container) => portsOf(container).map(({ port }) => port));
  const isOpenIn = (ports: readonly number[]): boolean => targets.every((port) => ports.includes(port ?? 0));
  const reached = roots.find((root) => {
    const ports = opens(lookup.get(root));
    return ports.length > 0 && !isOpenIn(ports);
  });
  if (reached === undefined || !isOpenIn(opens(meant))) return [];
  const text = `it sends to the pods of ${refText(reached)}, too, which do not open its port`;
  return [symptomOf(service, { is: "astray", meant: refOf(meant), reached }, { text, field: "spec.selector" })];
}

// A workload without pods misses no requests; where not every Service was read, one of those may serve it.
function isServed(lookup: Lookup, workload: KubernetesObject): boolean {
  const pods = lookup.podsOf(refOf(workload));
  const selectors = lookup
    .allIn("/Service", workload.metadata.namespace)
    .map((each) => textsAt(each, "spec", "selector"));
  return (
    pods.length === 0 ||
    !lookup.isListed("/Service", workload.metadata.namespace) ||
    selectors.some(
      (selector) =>
        Object.keys(selector).length > 0 && pods.some(({ metadata }) => selects(selector, metadata.labels ?? {})),
    )
  );
}
