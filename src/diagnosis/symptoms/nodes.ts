import type { KubernetesObject } from "../../signal/object.ts";
import { conditionsOf } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { symptomOf } from "./now.ts";

/** What a node says of itself, or its missing kubelet by silence. */
export function nodeSymptoms(node: KubernetesObject): readonly Symptom[] {
  return conditionsOf(node)
    .filter((condition) => (condition.type === "Ready" ? condition.status !== "True" : condition.status === "True"))
    .map((condition) => {
      const ailment = {
        is: "node",
        condition: condition.type,
        reason: condition.reason,
        message: condition.message,
      } as const;
      const text = `${condition.type} is ${condition.status}: ${condition.message || condition.reason}`;
      return symptomOf(node, ailment, { text, field: `status.conditions[${condition.type}]`, at: condition.at });
    });
}
