import { type FieldPath, valueAt } from "../manifest/path.ts";
import { type Json, type KubernetesObject, refOf } from "../signal/object.ts";
import { isPartOf } from "./applied.ts";
import type { Lookup } from "./lookup.ts";
import { conditionOf } from "./read.ts";
import { podTemplateOf } from "./workload.ts";

/** A value that a commit is said to have brought to a field. */
type Brought = { readonly path: FieldPath; readonly to: Json | undefined; readonly commit: { readonly at: string } };

// Clocks of people and of clusters differ.
const CLOCKS_DIFFER_MS = 10 * 60_000;

/** Whether a generated object that a commit gave another name has that name for longer than the commit exists. */
export function wasNamedBefore({ metadata }: KubernetesObject, { path, commit }: Brought): boolean {
  return path.join("/") === "metadata/name" && isBefore(metadata.creationTimestamp, commit.at);
}

/**
 * Whether pods of a workload were made with this value before the commit was: whatever went wrong with them since, that
 * commit did not begin it.
 */
export function wasInPodsBefore(lookup: Lookup, workload: KubernetesObject, { path, to, commit }: Brought): boolean {
  const top = podTemplateOf(workload)?.path ?? [];
  const isOfTemplate = top.length > 0 && path.length > top.length && top.every((step, at) => step === path[at]);
  if (!isOfTemplate) return false;
  const within = path.slice(top.length);
  const isMadeSo = (object: KubernetesObject, spec: FieldPath): boolean =>
    isBefore(object.metadata.creationTimestamp, commit.at) && isPartOf(to, valueAt(object, [...spec, ...within]));
  return (
    lookup.podsOf(refOf(workload)).some((pod) => isMadeSo(pod, ["spec"])) ||
    lookup
      .childrenOf(workload)
      .some(
        (child) => child.kind === "ReplicaSet" && !isUsedAgain(child) && isMadeSo(child, ["spec", "template", "spec"]),
      )
  );
}

/** Whether a run of a CronJob came to its end with this value: it is not why later ones do not. */
export function wasInDoneRun(
  lookup: Lookup,
  cronJob: KubernetesObject,
  { path, to }: Omit<Brought, "commit">,
): boolean {
  if (cronJob.kind !== "CronJob" || path[1] !== "jobTemplate" || path[2] !== "spec") return false;
  return lookup
    .childrenOf(cronJob)
    .some((run) => conditionOf(run, "Complete")?.status === "True" && isPartOf(to, valueAt(run, path.slice(2))));
}

/** Whether a Deployment has gone back to this ReplicaSet: that of a former template is taken up again, however old it is. */
export function isUsedAgain({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.["deployment.kubernetes.io/revision-history"] !== undefined;
}

function isBefore(time: string | undefined, commit: string): boolean {
  return time !== undefined && Date.parse(time) + CLOCKS_DIFFER_MS < Date.parse(commit);
}
