import type { KubernetesObject } from "../../signal/object.ts";
import { exactly } from "./question.ts";

// The letters that Kubernetes makes names of: no vowels, so that a suffix is seldom taken for part of a name.
const LETTERS = "[bcdfghjklmnpqrstvwxz2456789]";
const SUFFIX = `${LETTERS}{5}`;
const HASH = `${LETTERS}{1,10}`;

/** A regular expression of the names that the pods of this one's workload have had, and will have. */
export function podNamesLike(pod: KubernetesObject): string {
  const { name, ownerReferences, labels } = pod.metadata;
  const owner = ownerReferences?.[0];
  if (owner === undefined) return exactly(name);
  const hash = labels?.["pod-template-hash"];
  if (owner.kind === "StatefulSet") return `${exactly(owner.name)}-[0-9]+`;
  // The ReplicaSet of a Deployment carries a hash of its template, and each template has another.
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`))
    return `${exactly(owner.name.slice(0, -hash.length - 1))}-${HASH}-${SUFFIX}`;
  return `${exactly(owner.name)}-([0-9]+-)?${SUFFIX}`;
}
