import { own } from "../../manifest/json.ts";
import { type ObjectRef, refOf } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { type Leads, serving } from "./service.ts";

/** What an object of Flux waits for, or fails by. */
export function fluxLeads(lookup: Lookup, symptom: Symptom): Leads {
  const object = lookup.get(symptom.object);
  if (symptom.ailment.is !== "flux" || object === undefined) return [];
  const { trouble } = symptom.ailment;
  const { apiVersion, namespace } = symptom.object;
  switch (trouble.is) {
    case "dependency-waits":
      return [{ apiVersion, kind: symptom.object.kind, namespace: trouble.namespace || namespace, name: trouble.name }];
    case "source-waits":
    // A release repeats why its source cannot be fetched.
    case "fetch":
      return sourceLeads(lookup, symptom.object);
    case "health-check":
      return [
        ...trouble.waitsFor.flatMap((waited) => named(lookup, waited.kind, waited.namespace, waited.name)),
        ...appliedBy(lookup, object.kind, symptom.object),
      ];
    case "webhook-down":
      return trouble.service === null ? [] : serving(lookup, trouble.service);
    case "release-failed":
    case "unread":
      return appliedBy(lookup, object.kind, symptom.object);
    default:
      return [];
  }
}

function sourceLeads(lookup: Lookup, ref: ObjectRef): Leads {
  const object = lookup.get(ref);
  const paths = [
    ["spec", "sourceRef"],
    ["spec", "chart", "spec", "sourceRef"],
    ["spec", "chartRef"],
  ];
  const direct = paths.flatMap((path) => {
    const namespace = textAt(object, ...path, "namespace") ?? ref.namespace;
    return named(lookup, textAt(object, ...path, "kind") ?? "", namespace, textAt(object, ...path, "name") ?? "");
  });
  const chart = textAt(object, "status", "helmChart");
  const [namespace, name] = chart?.split("/") ?? [];
  return name === undefined ? direct : [...direct, ...named(lookup, "HelmChart", namespace ?? null, name)];
}

function named(lookup: Lookup, kind: string, namespace: string | null, name: string): Leads {
  return lookup.world.objects
    .filter(
      (object) =>
        object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? null) === namespace,
    )
    .map(refOf);
}

const OWNER_LABELS: Readonly<Record<string, string>> = {
  Kustomization: "kustomize.toolkit.fluxcd.io",
  HelmRelease: "helm.toolkit.fluxcd.io",
};

function appliedBy(lookup: Lookup, kind: string, ref: ObjectRef): Leads {
  const group = own(OWNER_LABELS, kind);
  if (group === undefined) return [];
  return lookup.world.objects
    .filter((object) => {
      const labels = object.metadata.labels ?? {};
      return labels[`${group}/name`] === ref.name && labels[`${group}/namespace`] === ref.namespace;
    })
    .map(refOf);
}
