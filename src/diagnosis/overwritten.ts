import { type KubernetesObject, type ObjectRef, refText } from "../signal/object.ts";
import { confidenceOf } from "./confidence.ts";
import type { Hypothesis } from "./hypothesis.ts";
import { type Lookup, ownerNamed } from "./lookup.ts";
import { quantityOf } from "./quantity.ts";
import { mapAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import type { SymptomOf } from "./symptom.ts";
import { citeFound, citeSymptom } from "./telling.ts";
import { containerNamed } from "./workload.ts";

/** The memory limit of a container of a workload or pod; undefined where it has none. */
export function memoryLimitIn(object: KubernetesObject | undefined, container: string): string | undefined {
  const { spec } = containerNamed(object, container) ?? {};
  const limit = mapAt(spec, "resources", "limits")["memory"];
  return limit === undefined ? undefined : String(limit);
}

/** A pod with a lower limit than the template it was made from: somebody wrote over it on its way in. */
export function overwrittenLimit(
  { lookup }: Scene,
  root: ObjectRef,
  symptom: SymptomOf<"crash" | "hindered">,
): Hypothesis | undefined {
  const { container } = symptom.ailment;
  const pod = lookup.get(symptom.ailment.pod);
  const limit = memoryLimitIn(pod, container);
  const asked = memoryLimitIn(makerOf(lookup, root, pod), container);
  if (limit === undefined || asked === undefined || (quantityOf(limit) ?? 0) >= (quantityOf(asked) ?? 0))
    return undefined;
  const webhooks = lookup.all("admissionregistration.k8s.io/MutatingWebhookConfiguration");
  const named = webhooks.map(({ metadata }) => metadata.name).join(", ");
  const why = `${container} runs with a limit of ${limit}, where its template says ${asked}`;
  return {
    category: "webhook_mesh",
    root,
    sentence: `${container} of ${refText(root)} is killed for its memory: ${why}.`,
    cites: [citeSymptom(symptom), citeFound("limit", why, refText(symptom.ailment.pod))],
    confidence: confidenceOf({ prior: { right: 8, wrong: 1 }, supports: webhooks.length > 0 ? 1 : 0 }),
    advice: {
      is: "person",
      because: `Find out who writes ${limit} into these pods${named === "" ? "" : `, one of ${named}`}: no manifest says so.`,
    },
    culprit: null,
    wrongIf: `a pod of this template gets ${asked}`,
  };
}

// What a ReplicaSet makes has its template to the letter; pods of other controllers may be of a former one.
function makerOf(lookup: Lookup, root: ObjectRef, pod: KubernetesObject | undefined): KubernetesObject | undefined {
  const owner = pod === undefined ? undefined : ownerNamed(pod, "ReplicaSet");
  return owner === undefined ? undefined : lookup.find("apps/ReplicaSet", root.namespace, owner);
}
