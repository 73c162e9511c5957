import { isSameObject, type KubernetesObject, refOf, refText } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { selects, textsAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";

const WORKLOADS = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

/**
 * A Service that reaches these pods, none of which belong to the workload of its own name, which no Service serves:
 * where the two share a name, one is for the other.
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
  if (meant === undefined || reached === undefined || roots.some((root) => isSameObject(root, refOf(meant)))) return [];
  if (isServed(lookup, meant)) return [];
  const text = `it sends to the pods of ${refText(reached)}, and no Service to those of ${refText(refOf(meant))}`;
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
