import type { KubernetesObject } from "../../signal/object.ts";
import { groupOf } from "../../signal/object.ts";
import { readFluxMessage } from "../flux/message.ts";
import { type Condition, conditionOf, mapAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";

/** Whether an object is one that Flux's controllers reconcile. */
export function isFlux(object: { readonly apiVersion: string }): boolean {
  return groupOf(object.apiVersion).endsWith(".toolkit.fluxcd.io");
}

/** Whether a person told Flux to leave this object alone. */
export function isSuspended(object: KubernetesObject): boolean {
  return mapAt(object, "spec")["suspend"] === true;
}

/** What a Flux object says is wrong: Ready=False, or a health check that has been running since the last revision. */
export function fluxSymptoms(object: KubernetesObject): readonly Symptom[] {
  const ready = conditionOf(object, "Ready");
  const found =
    [conditionOf(object, "Stalled"), ready].find((condition) => isTrouble(condition)) ?? waiting(object, ready);
  if (found === undefined) return [];
  return [fluxSymptom(object, causing(object, found))];
}

function fluxSymptom(object: KubernetesObject, found: Condition): Symptom {
  const trouble = readFluxMessage(found.message);
  const ailment = { is: "flux", reason: found.reason, message: found.message, trouble } as const;
  const told = { text: `${found.reason}: ${found.message}`, field: `status.conditions[${found.type}]`, at: found.at };
  return symptomOf(object, ailment, told);
}

function isTrouble(condition: Condition | undefined): boolean {
  if (condition === undefined) return false;
  return condition.type === "Stalled" ? condition.status === "True" : condition.status === "False";
}

// helm-controller sums up that it gave up or went back; what failed before stands in another condition.
function causing(object: KubernetesObject, found: Condition): Condition {
  const isSum = /^Failed to (?:install|upgrade|perform)|^Helm (?:rollback|uninstall)\b.* succeeded$/s.test(
    found.message,
  );
  if (!isSum) return found;
  const others = ["Released", "TestSuccess", "Ready"].flatMap((type) => conditionOf(object, type) ?? []);
  return others.find(({ status, message }) => status === "False" && message !== found.message) ?? found;
}

// A broken Kustomization spends most of its time in Ready=Unknown: it runs its health checks and fails them in turn.
function waiting(object: KubernetesObject, ready: Condition | undefined): Condition | undefined {
  if (ready?.status !== "Unknown") return undefined;
  const reconciling = conditionOf(object, "Reconciling");
  return reconciling?.status === "True" && /health check/i.test(reconciling.message) ? reconciling : undefined;
}
