import type { ObjectRef } from "../../signal/object.ts";
import { configurationOf, servicesOf } from "../admission.ts";
import type { Lookup } from "../lookup.ts";
import type { Refused } from "../message/admission.ts";
import { textAt } from "../read.ts";
import { selectedPods } from "../symptoms/services.ts";
import { workloadsSelectedBy } from "../symptoms/workloads.ts";

/** Where a symptom leads to: the roots that would explain it if they are in trouble; empty where it stands for itself. */
export type Leads = readonly ObjectRef[];

/** What stands behind a Service. */
export function backendsOf(lookup: Lookup, service: ObjectRef): Leads {
  const object = lookup.get(service);
  if (object === undefined) return [];
  return [...selectedPods(lookup, object).map((pod) => lookup.rootOf(pod)), ...workloadsSelectedBy(lookup, object)];
}

/** A Service by its name, and what stands behind it. */
export function serving(
  lookup: Lookup,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Leads {
  const service = { apiVersion: "v1", kind: "Service", namespace, name };
  return [service, ...backendsOf(lookup, service)];
}

/** What a webhook is asked at, where that is why no pod is made. */
export function webhookLeads(lookup: Lookup, refusal: Refused): Leads {
  const owner = refusal.is === "webhook-down" ? configurationOf(lookup, refusal.webhook) : undefined;
  return (owner === undefined ? [] : servicesOf(owner)).flatMap((service) => [service, ...backendsOf(lookup, service)]);
}

/** Metrics are missing where the pods that should have them are not there; a target that does not exist explains itself. */
export function targetOf(lookup: Lookup, autoscaler: ObjectRef, reason: string): Leads {
  if (reason === "FailedGetScale" || reason === "TooManyReplicas") return [];
  const object = lookup.get(autoscaler);
  const kind = textAt(object, "spec", "scaleTargetRef", "kind") ?? "";
  const name = textAt(object, "spec", "scaleTargetRef", "name") ?? "";
  const apiVersion = textAt(object, "spec", "scaleTargetRef", "apiVersion") ?? "apps/v1";
  return [{ apiVersion, kind, namespace: autoscaler.namespace, name }];
}
