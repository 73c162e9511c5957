import { refOf, refText } from "../../signal/object.ts";
import { breaksBound, leavesUnsaid } from "../amounts.ts";
import { isPodField } from "../bearing.ts";
import { categoryOfDenial, speaksOf } from "../denial.ts";
import { historyOf } from "../history.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import type { Refused } from "../message/admission.ts";
import { textAt } from "../read.ts";
import { missingAccount, missingPriorityClass, missingRuntimeClass } from "../refusal/missing.ts";
import { isOver, overQuota } from "../refusal/quota.ts";
import { byFields, forPeople, type Refusal } from "../refusal/refusal.ts";
import { tooSlow, webhookDown } from "../refusal/webhook.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import { ailing } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** No pod may be created: a quota, a limit range, a missing service account, pod security or a webhook says no (FailedCreate). */
export const refused: Rule = {
  name: "pods-may-not-be-created",
  categories: [
    "quota",
    "scheduling_resources",
    "rbac_serviceaccount",
    "security_context",
    "webhook_mesh",
    "policy_scan",
    "api_version",
    "scheduling_constraints",
    "node_infra",
    "unknown",
    "gitops_namespace",
  ],
  sees: ["refused"],
  silentIf: [
    "only a quota, a limit range or an admission policy was changed: people tightened it",
    "what was changed of the pods is not what the message speaks of, or went the other way",
  ],
  asksFor: {
    "restore-fields": "what the commit changed of the pods that are refused",
    "restore-object": "the service account as the commit removed it",
    "set-reference": `service accounts and classes that exist and come near; ${TEMPLATE_BEFORE}`,
    "set-resources": TEMPLATE_BEFORE,
    "set-scheduling": TEMPLATE_BEFORE,
    "set-access": TEMPLATE_BEFORE,
    "set-image": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "refused");
    if (symptom === undefined) return [];
    const judge = JUDGES[symptom.ailment.refusal.is];
    return [judge({ scene, root: trouble.root, symptom, refusal: symptom.ailment.refusal })];
  },
  foretell,
};

const JUDGES: Readonly<Record<Refused["is"], (found: Refusal) => Hypothesis>> = {
  quota: overQuota,
  "quota-unset": (found) =>
    byFields(
      found,
      "quota",
      (suspect) => found.refusal.is === "quota-unset" && leavesUnsaid(suspect, found.refusal.resources),
      "A quota counts what every container must then say: write requests and limits.",
    ),
  "limit-range": (found) =>
    byFields(
      found,
      "quota",
      (suspect) => found.refusal.is === "limit-range" && breaksBound(suspect, found.refusal),
      "Keep within the namespace's limit range, or have a person change it.",
      limitChanges(found),
    ),
  "service-account": missingAccount,
  "pod-security": (found) =>
    byFields(
      found,
      "security_context",
      isSpokenOf(found),
      "Decide whether these pods may run so in this namespace: only people may loosen its pod security.",
      levelChanges(found),
    ),
  "security-constraint": (found) =>
    byFields(
      found,
      "security_context",
      isSpokenOf(found),
      "Decide whether these pods may run so: only people may loosen a security context constraint.",
    ),
  sysctl: (found) =>
    byFields(
      found,
      "security_context",
      ({ path, to }) => JSON.stringify([path, to ?? null]).includes("sysctls"),
      "Ask only for settings of the kernel that the nodes know and allow, in a form that they can read.",
    ),
  "webhook-denied": (found) =>
    byFields(
      found,
      categoryOfDenial(found.symptom.ailment.message),
      (suspect) => isOfTemplate(suspect) && speaksOf(found.symptom.ailment.message, suspect),
      "Follow the policy that the webhook speaks for, or have its owner change it.",
    ),
  "webhook-down": webhookDown,
  timeout: tooSlow,
  "priority-class": missingPriorityClass,
  "runtime-class": missingRuntimeClass,
  "namespace-going": (found) =>
    forPeople(found, "gitops_namespace", "Find out who deletes the namespace, and what keeps it from going."),
  invalid: (found) =>
    byFields(
      found,
      "api_version",
      (suspect) => isOfTemplate(suspect) && speaksOf(found.symptom.ailment.message, suspect),
      "Write what the API server accepts.",
    ),
  forbidden: (found) =>
    byFields(found, "security_context", isSpokenOf(found), "Decide whether these pods may run so in this namespace."),
  // What is not understood is no reason to take anything back.
  other: (found) => forPeople(found, "unknown", "Look at why the controller may not create pods."),
};

// A namespace may have become stricter since: then what the message does not speak of is innocent.
function isSpokenOf({ symptom }: Refusal): (suspect: Suspect) => boolean {
  return (suspect) => isSecurity(suspect) && speaksOf(symptom.ailment.message, suspect);
}

function isSecurity(suspect: Suspect): boolean {
  return (
    suspect.path.includes("securityContext") || isPodField(suspect, "hostNetwork", "hostPID", "hostIPC", "volumes")
  );
}

function limitChanges({ scene, root }: Refusal): readonly Suspect[] {
  const ranges = scene.lookup.allIn("/LimitRange", root.namespace ?? undefined);
  return ranges.flatMap((range) => historyOf(scene, refOf(range)).filter(({ path }) => path.includes("limits")));
}

// How strict a namespace is, its labels say.
function levelChanges({ scene, root }: Refusal): readonly Suspect[] {
  const namespace = { apiVersion: "v1", kind: "Namespace", namespace: null, name: root.namespace ?? "" };
  return historyOf(scene, namespace).filter(({ path }) =>
    String(path.at(-1)).startsWith("pod-security.kubernetes.io/enforce"),
  );
}

function isOfTemplate(suspect: Suspect): boolean {
  return suspect.path.includes("template");
}

// Quotas and service accounts can be asked beforehand; webhooks and pod security answer only when asked.
function foretell(after: Scene, { root, category }: Hypothesis): Foretold {
  const template = podTemplateOf(after.lookup.get(root));
  if (template === undefined) return { silent: "unknown", because: `${refText(root)} is not among what was read` };
  if (category === "rbac_serviceaccount") {
    const name = textAt(template.spec, "serviceAccountName") ?? "default";
    const isThere = after.lookup.find("/ServiceAccount", root.namespace, name) !== undefined;
    return { silent: isThere, because: `service account ${name} ${isThere ? "is there" : "would still not be there"}` };
  }
  const over = after.lookup
    .all("/ResourceQuota")
    .find((quota) => quota.metadata.namespace === root.namespace && isOver(quota, template.spec));
  if (over !== undefined)
    return { silent: false, because: `a pod would still ask for more than quota ${over.metadata.name} has left` };
  if (category === "quota" || category === "scheduling_resources")
    return { silent: true, because: "a pod would fit what the namespace's quotas have left" };
  return { silent: "unknown", because: "only the API server tells whether it admits the pods" };
}
