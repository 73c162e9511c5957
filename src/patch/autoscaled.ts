import { textAt } from "../diagnosis/read.ts";
import { type KubernetesObject, kindKey, type ObjectRef, refOf, refText } from "../signal/object.ts";

/** A field of an object that an autoscaler sets: what git says of it is overwritten. */
export type AutoscaledField = {
  readonly object: ObjectRef;
  readonly field: "replicas" | "resources";
  /** `HorizontalPodAutoscaler/shop/checkout`. */
  readonly by: string;
};

type Autoscaler = { readonly target: string; readonly field: AutoscaledField["field"] };

const AUTOSCALERS: Readonly<Record<string, Autoscaler>> = {
  "autoscaling/HorizontalPodAutoscaler": { target: "scaleTargetRef", field: "replicas" },
  "keda.sh/ScaledObject": { target: "scaleTargetRef", field: "replicas" },
  "autoscaling.k8s.io/VerticalPodAutoscaler": { target: "targetRef", field: "resources" },
};

/** The fields that the autoscalers among these objects set. */
export function autoscaledFields(objects: readonly KubernetesObject[]): readonly AutoscaledField[] {
  return objects.flatMap((object) => {
    const autoscaler = AUTOSCALERS[kindKey(object)];
    if (autoscaler === undefined) return [];
    // One that is off only recommends; any other mode writes requests, and limits in proportion, when a pod is made.
    if (textAt(object, "spec", "updatePolicy", "updateMode") === "Off") return [];
    const target = {
      apiVersion: textAt(object, "spec", autoscaler.target, "apiVersion") ?? "apps/v1",
      kind: textAt(object, "spec", autoscaler.target, "kind") ?? "Deployment",
      namespace: object.metadata.namespace ?? null,
      name: textAt(object, "spec", autoscaler.target, "name") ?? "",
    };
    return [{ object: target, field: autoscaler.field, by: refText(refOf(object)) }];
  });
}
