import { own } from "../../manifest/json.ts";
import { groupOf, type Json, type KubernetesObject, type ObjectRef } from "../../signal/object.ts";
import type { Lookup } from "../lookup.ts";
import { type Condition, conditionsOf, listAt, numberAt, textAt } from "../read.ts";
import type { Symptom } from "../symptom.ts";
import { minutesSince, symptomOf } from "./now.ts";

// Conditions that say by being False, or by being True, that something is wrong; operators agree on these few.
const GOOD = new Set([
  "Ready",
  "Available",
  "Healthy",
  "Reconciled",
  "Synced",
  "ReconcileSuccess",
  "AllReplicasReady",
  "ClusterAvailable",
]);
const BAD = new Set(["Degraded", "Failed", "Stalled", "Error", "ReconcileError"]);
// An operator that has just been asked for something needs a while.
const SETTLING_MINUTES = 5;

/** What an operator or controller says of a custom object. */
export function customSymptoms(lookup: Lookup, object: KubernetesObject): readonly Symptom[] {
  const group = groupOf(object.apiVersion);
  if (group === "chaos-mesh.org") return chaos(object);
  if (group === "constraints.gatekeeper.sh") return gatekeeper(object);
  if (object.kind === "PolicyReport" || object.kind === "ClusterPolicyReport") return policyReport(object);
  const bad = conditionsOf(object).find(
    (condition) => isBad(condition) && minutesSince(lookup, condition.at) > SETTLING_MINUTES,
  );
  if (bad === undefined) return [];
  const told = {
    text: `${bad.type} is ${bad.status}: ${bad.reason}: ${bad.message}`,
    field: `status.conditions[${bad.type}]`,
    at: bad.at,
  };
  if (group === "cert-manager.io" || group === "acme.cert-manager.io") {
    return [symptomOf(object, { is: "certificate", reason: bad.reason, message: bad.message }, told)];
  }
  return [symptomOf(object, { is: "condition", type: bad.type, reason: bad.reason, message: bad.message }, told)];
}

function isBad(condition: Condition): boolean {
  return (
    (GOOD.has(condition.type) && condition.status === "False") ||
    (BAD.has(condition.type) && condition.status === "True")
  );
}

function chaos(object: KubernetesObject): readonly Symptom[] {
  const isInjected = conditionsOf(object).some(
    (condition) => condition.type === "AllInjected" && condition.status === "True",
  );
  const isOver = conditionsOf(object).some(
    (condition) => condition.type === "AllRecovered" && condition.status === "True",
  );
  if (!isInjected || isOver || object.kind === "Schedule" || object.kind === "Workflow") return [];
  const action = textAt(object, "spec", "action") ?? "";
  const message = `${object.kind} ${action}`.trim();
  const told = { text: `a chaos experiment runs: ${message}`, field: "status.conditions[AllInjected]" };
  return [symptomOf(object, { is: "chaos", kind: object.kind, message }, told)];
}

function gatekeeper(object: KubernetesObject): readonly Symptom[] {
  return listAt(object, "status", "violations").map((violation) => {
    const message = textAt(violation, "message") ?? "";
    const name = [textAt(violation, "kind"), textAt(violation, "namespace"), textAt(violation, "name")]
      .filter(Boolean)
      .join("/");
    const policy = `${object.kind}/${object.metadata.name}`;
    const ailment = { is: "violation", policy, message, subject: subjectOf(violation) } as const;
    return symptomOf(object, ailment, { text: `${name}: ${message}`, field: "status.violations" });
  });
}

// Gatekeeper writes group and version apart, policy reports as one.
function subjectOf(told: Json | undefined): ObjectRef | null {
  const [kind, name] = [textAt(told, "kind"), textAt(told, "name")];
  if (kind === undefined || name === undefined) return null;
  const [group, version] = [textAt(told, "group") ?? "", textAt(told, "version") ?? "v1"];
  const apiVersion =
    textAt(told, "apiVersion") ?? (group === "" ? (own(BUILT_IN, kind) ?? version) : `${group}/${version}`);
  return { apiVersion, kind, namespace: textAt(told, "namespace") ?? null, name };
}

// Before 3.8 Gatekeeper told only the kind.
const BUILT_IN: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ReplicaSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Ingress: "networking.k8s.io/v1",
};

function policyReport(report: KubernetesObject): readonly Symptom[] {
  if ((numberAt(report, "summary", "fail") ?? 0) === 0) return [];
  return listAt(report, "results")
    .filter((result) => textAt(result, "result") === "fail")
    .map((result) => {
      const message = textAt(result, "message") ?? "";
      const policy = `${textAt(result, "policy") ?? ""}/${textAt(result, "rule") ?? ""}`;
      return symptomOf(
        report,
        { is: "violation", policy, message, subject: subjectOf(listAt(result, "resources")[0] ?? report["scope"]) },
        { text: `${policy}: ${message}`, field: "results" },
      );
    });
}
