import type { KubernetesObject } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { conditionOf, listAt, numberAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { minutesSince, symptomOf } from "./now.ts";

// Metrics arrive a minute or two after a pod; five are none.
const METRICS_MINUTES = 5;

/** An autoscaler that cannot scale, sees nothing, or has come to its end while the load asks for more. */
export function autoscalerSymptoms(lookup: Lookup, autoscaler: KubernetesObject): readonly Symptom[] {
  const able = conditionOf(autoscaler, "AbleToScale");
  const active = conditionOf(autoscaler, "ScalingActive");
  const limited = conditionOf(autoscaler, "ScalingLimited");
  const broken = [able, active].find(
    (condition) =>
      condition?.status === "False" &&
      condition.reason !== "ScalingDisabled" &&
      minutesSince(lookup, condition.at) > METRICS_MINUTES,
  );
  if (broken !== undefined) return [tell(autoscaler, broken)];
  const isAtEnd = limited?.status === "True" && limited.reason === "TooManyReplicas" && wantsMore(autoscaler);
  return isAtEnd ? [tell(autoscaler, limited)] : [];
}

type Told = { readonly type: string; readonly reason: string; readonly message: string; readonly at: string | null };

function tell(autoscaler: KubernetesObject, condition: Told): Symptom {
  const { type, reason, message, at } = condition;
  const told = { text: `${reason}: ${message}`, field: `status.conditions[${type}]`, at };
  return symptomOf(autoscaler, { is: "autoscaler", condition: type, reason, message }, told);
}

function wantsMore(autoscaler: KubernetesObject): boolean {
  const most = numberAt(autoscaler, "spec", "maxReplicas");
  const current = numberAt(autoscaler, "status", "currentReplicas");
  if (most === undefined || current === undefined || current < most) return false;
  const measured = listAt(autoscaler, "status", "currentMetrics").map((metric) =>
    numberAt(metric, "resource", "current", "averageUtilization"),
  );
  const targets = listAt(autoscaler, "spec", "metrics").map((metric) =>
    numberAt(metric, "resource", "target", "averageUtilization"),
  );
  return targets.some((target, index) => {
    const used = measured[index];
    return target !== undefined && used !== undefined && used > target;
  });
}
