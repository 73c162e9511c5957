import type { KubernetesObject, ObjectRef } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";
import { listAt, textAt } from "./read.ts";

/** The configurations of every admission webhook. */
export function webhooksIn(lookup: Lookup): readonly KubernetesObject[] {
  return [
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  ].flatMap((kind) => lookup.all(kind));
}

/** The configuration that a webhook of this name belongs to. */
export function configurationOf(lookup: Lookup, webhook: string): KubernetesObject | undefined {
  return webhooksIn(lookup).find((object) =>
    listAt(object, "webhooks").some((each) => textAt(each, "name") === webhook),
  );
}

/** The Services that the webhooks of a configuration are asked at. */
export function servicesOf(configuration: KubernetesObject): readonly ObjectRef[] {
  return listAt(configuration, "webhooks").flatMap((webhook) => {
    const [namespace, name] = ["namespace", "name"].map((field) => textAt(webhook, "clientConfig", "service", field));
    return namespace === undefined || name === undefined
      ? []
      : [{ apiVersion: "v1", kind: "Service", namespace, name }];
  });
}
