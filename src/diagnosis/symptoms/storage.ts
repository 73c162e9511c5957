import type { KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { podTemplateOf, referencesOf } from "../workload.ts";
import { minutesSince, recentEvent, symptomOf } from "./now.ts";

// Provisioners take seconds; the slow ones a few minutes.
const BINDING_MINUTES = 2;

/** A claim that does not bind although somebody waits for it. */
export function claimSymptoms(lookup: Lookup, claim: KubernetesObject): readonly Symptom[] {
  const phase = textAt(claim, "status", "phase");
  if (phase !== "Pending" && phase !== "Lost") return [];
  if (minutesSince(lookup, claim.metadata.creationTimestamp) < BINDING_MINUTES) return [];
  const failure = recentEvent(lookup, claim, ["ProvisioningFailed", "FailedBinding", "VolumeMismatch"]);
  const waits =
    recentEvent(lookup, claim, ["WaitForFirstConsumer"]) ??
    (bindsLate(lookup, claim) && !isUsed(lookup, claim) ? true : undefined);
  // A class that binds late waits for a pod: that is no fault of the claim.
  if (failure === undefined && waits !== undefined && phase === "Pending") return [];
  const message = failure?.message ?? (phase === "Lost" ? "its volume is gone" : "nothing has bound it");
  const told = {
    text: `the claim is ${phase.toLowerCase()}: ${message}`,
    field: "status.phase",
    at: failure?.at ?? null,
  };
  return [symptomOf(claim, { is: "claim-pending", message }, told)];
}

function bindsLate(lookup: Lookup, claim: KubernetesObject): boolean {
  const name = textAt(claim, "spec", "storageClassName");
  const found = lookup.all("storage.k8s.io/StorageClass").find((candidate) => isClass(candidate, name));
  return textAt(found, "volumeBindingMode") === "WaitForFirstConsumer";
}

function isClass({ metadata: { name, annotations } }: KubernetesObject, wanted: string | undefined): boolean {
  return wanted === undefined
    ? annotations?.["storageclass.kubernetes.io/is-default-class"] === "true"
    : name === wanted;
}

function isUsed(lookup: Lookup, claim: KubernetesObject): boolean {
  return lookup.allIn("/Pod", claim.metadata.namespace).some((pod) => isMounted(claim, pod));
}

/** Whether a pod of a claim's namespace mounts it. */
export function isMounted(claim: KubernetesObject, pod: KubernetesObject): boolean {
  return referencesOf(podTemplateOf(pod)).some(({ kind, name }) => kind === claim.kind && name === claim.metadata.name);
}
