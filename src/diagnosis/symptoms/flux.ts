import type { KubernetesObject } from "../../signal/object.ts";
import { groupOf } from "../../signal/object.ts";
import { readFluxMessage } from "../flux/message.ts";
import { eventMessage, eventTime, type Lookup } from "../lookup.ts";
import { type Condition, conditionOf, mapAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";

/** Whether an object is one that Flux's controllers reconcile. */
export function isFlux(object: { readonly apiVersion: string }): boolean {
  return /\.(?:toolkit|extensions)\.fluxcd\.io$/.test(groupOf(object.apiVersion));
}

/** Whether a person told Flux to leave this object alone. */
export function isSuspended(object: KubernetesObject): boolean {
  return mapAt(object, "spec")["suspend"] === true;
}

/**
 * What a Flux object says is wrong: Ready=False, a health check that has been running since the last revision, or a
 * revision that failed and is tried again at this moment.
 */
export function fluxSymptoms(lookup: Lookup, object: KubernetesObject): readonly Symptom[] {
  const ready = conditionOf(object, "Ready");
  const found =
    [conditionOf(object, "Stalled"), ready].find((condition) => isTrouble(condition)) ?? waiting(object, ready);
  if (found !== undefined) return [fluxSymptom(object, causing(object, found), `status.conditions[${found.type}]`)];
  const failure = ready?.status === "Unknown" ? lastFailure(lookup, object) : undefined;
  return failure === undefined ? [] : [fluxSymptom(object, failure, "event")];
}

type Word = Pick<Condition, "reason" | "message" | "at">;

function fluxSymptom(object: KubernetesObject, { reason, message, at }: Word, field: string): Symptom {
  const ailment = { is: "flux", reason, message, trouble: readFluxMessage(message) } as const;
  return symptomOf(object, ailment, { text: `${reason}: ${message}`, field, at });
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

const REVISION = "kustomize.toolkit.fluxcd.io/revision";

// With each new try Ready becomes Unknown and says nothing; what the try before came to, its event still tells.
function lastFailure(lookup: Lookup, object: KubernetesObject): Word | undefined {
  const attempted = textAt(object, "status", "lastAttemptedRevision");
  const isEnd = (event: KubernetesObject): boolean =>
    textAt(event, "type") === "Warning" || textAt(event, "reason") === "ReconciliationSucceeded";
  const last = lookup
    .eventsAbout(object)
    .findLast((event) => event.metadata.annotations?.[REVISION] === attempted && isEnd(event));
  if (attempted === undefined || last === undefined || textAt(last, "type") !== "Warning") return undefined;
  return { reason: textAt(last, "reason") ?? "", message: eventMessage(last), at: eventTime(last) };
}
