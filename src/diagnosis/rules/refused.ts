import { type Json, type JsonMap, type KubernetesObject, type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep, isPodField } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { categoryOfDenial, speaksOf } from "../denial.ts";
import { requestsOf } from "../fitting.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import type { Amounts, Refused } from "../message/admission.ts";
import { quantityOf } from "../quantity.ts";
import { mapAt, textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, historyOf, type Suspect, suspectsOf } from "../suspects.ts";
import { formerPodsKilled } from "../symptoms/former.ts";
import { ailing, citeAbsence, citeSuspect, citeSymptom, setting } from "../telling.ts";
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
    "scheduling_constraints",
  ],
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "refused");
    if (symptom === undefined) return [];
    const judge = JUDGES[symptom.ailment.refusal.is];
    return [judge({ scene, root: trouble.root, symptom, refusal: symptom.ailment.refusal })];
  },
  foretell: (after, hypothesis) => foretell(after, hypothesis),
};

type Case = {
  readonly scene: Scene;
  readonly root: ObjectRef;
  readonly symptom: ReturnType<typeof ailing<"refused">>[number];
  readonly refusal: Refused;
};

const JUDGES: Readonly<Record<Refused["is"], (found: Case) => Hypothesis>> = {
  quota: overQuota,
  "quota-unset": (found) =>
    byFields(
      found,
      "quota",
      isResources,
      "A quota counts what every container must then say: write requests and limits.",
    ),
  "limit-range": (found) =>
    byFields(found, "quota", isResources, "Keep within the namespace's limit range, or have a person change it."),
  "service-account": missingAccount,
  "pod-security": (found) =>
    byFields(
      found,
      "security_context",
      isSecurity,
      "Decide whether these pods may run so in this namespace: only people may loosen its pod security.",
    ),
  "security-constraint": (found) =>
    byFields(
      found,
      "security_context",
      isSecurity,
      "Decide whether these pods may run so: only people may loosen a security context constraint.",
    ),
  "webhook-denied": (found) =>
    byFields(
      found,
      categoryOfDenial(found.symptom.ailment.message),
      (suspect) => isOfTemplate(suspect) && speaksOf(found.symptom.ailment.message, suspect),
      "Follow the policy that the webhook speaks for, or have its owner change it.",
    ),
  "webhook-down": webhookDown,
  "priority-class": (found) =>
    missingClass(found, "priorityClassName", "scheduling.k8s.io/PriorityClass", "scheduling_constraints"),
  "runtime-class": (found) => missingClass(found, "runtimeClassName", "node.k8s.io/RuntimeClass", "security_context"),
  invalid: (found) => byFields(found, "api_version", isOfTemplate, "Write what the API server accepts."),
  forbidden: (found) =>
    byFields(found, "security_context", isSecurity, "Decide whether these pods may run so in this namespace."),
  other: (found) => byFields(found, "unknown", isOfTemplate, "Look at why the controller may not create pods."),
};

function isResources(suspect: Suspect): boolean {
  const step = containerStep(suspect.path);
  return step !== undefined && (step.rest.length === 0 || step.rest[0] === "resources");
}

function isSecurity(suspect: Suspect): boolean {
  return (
    suspect.path.includes("securityContext") || isPodField(suspect, "hostNetwork", "hostPID", "hostIPC", "volumes")
  );
}

function isOfTemplate(suspect: Suspect): boolean {
  return suspect.path.includes("template");
}

/** The newest commit's changes among those that may be at fault; else a person's work. */
function byFields(found: Case, category: Category, bears: (suspect: Suspect) => boolean, person: string): Hypothesis {
  const { scene, root, symptom } = found;
  const [first, ...rest] = suspectsOf(scene, root).filter(
    (suspect) => suspect.object.kind === root.kind && bears(suspect),
  );
  if (first === undefined) return forPeople(found, category, person);
  return blame({
    category,
    root,
    sentence: `${refText(root)} may not create pods: ${refusalText(symptom.ailment.message)}.`,
    symptoms: [symptom],
    suspects: [first, ...rest.filter((suspect) => suspect.commit?.commit === first.commit?.commit)],
    prior: { right: 19, wrong: 1 },
    wrongIf: "pods of this template are created elsewhere under the same rules",
  });
}

function forPeople(
  found: Case,
  category: Category,
  because: string,
  culprit: Hypothesis["culprit"] = null,
): Hypothesis {
  const { root, symptom } = found;
  return {
    category,
    root,
    sentence: `${refText(root)} may not create pods: ${refusalText(symptom.ailment.message)}.`,
    cites: [citeSymptom(symptom)],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: { is: "person", because },
    culprit,
    wrongIf: "the controller creates pods again without a change",
  };
}

// More than the quota holds for all together was never meant; more than is left of it is for people to weigh.
function overQuota(found: Case): Hypothesis {
  const { scene, root, symptom, refusal } = found;
  if (refusal.is !== "quota") return forPeople(found, "quota", "");
  const alone = Object.keys(refusal.requested).filter((name) => exceeds(refusal.requested, refusal.limited, name));
  const raised = suspectsOf(scene, root).filter((suspect) => isResources(suspect) && isOfResource(suspect, alone));
  const wasNeeded = formerPodsKilled(scene.lookup, root);
  const [first, ...rest] = raised;
  if (first !== undefined && !wasNeeded) {
    return blame({
      category: "scheduling_resources",
      root,
      sentence: `One pod of ${refText(root)} asks for ${amountText(refusal.requested, alone)}, more than quota ${refusal.quota} holds for the whole namespace.`,
      symptoms: [symptom],
      suspects: [first, ...rest.filter((suspect) => suspect.commit?.commit === first.commit?.commit)],
      prior: { right: 14, wrong: 1 },
      wrongIf: "the program really needs that much",
    });
  }
  return quotaForPeople(found, refusal);
}

function quotaForPeople(found: Case, refusal: Extract<Refused, { is: "quota" }>): Hypothesis {
  const { scene, root } = found;
  const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: root.namespace, name: refusal.quota };
  const lowered = historyOf(scene, quota).find(
    (suspect) => suspect.path.includes("hard") && isLess(suspect.to, suspect.from),
  );
  const grown = suspectsOf(scene, root).find((suspect) => isResources(suspect) || suspect.path.at(-1) === "replicas");
  const cause = lowered ?? grown;
  const told = `quota ${refusal.quota} allows ${amountText(refusal.limited, Object.keys(refusal.limited))}, of which ${amountText(refusal.used, Object.keys(refusal.used))} is used, and a pod asks for ${amountText(refusal.requested, Object.keys(refusal.requested))}`;
  const hypothesis = forPeople(
    found,
    "quota",
    `Raise quota ${refusal.quota}, ask for less, or make room: ${told}. Only people may loosen a quota.`,
    cause?.commit ?? null,
  );
  return cause === undefined ? hypothesis : { ...hypothesis, cites: [...hypothesis.cites, citeSuspect(cause)] };
}

function isOfResource(suspect: Suspect, names: readonly string[]): boolean {
  const wanted = new Set(names.map((name) => name.split(".").at(-1)));
  const step = containerStep(suspect.path);
  const last = step?.rest.at(-1);
  return step !== undefined && (step.rest.length < 3 || wanted.has(String(last)));
}

function exceeds(requested: Amounts, limited: Amounts, name: string): boolean {
  const [asked, most] = [quantityOf(requested[name]), quantityOf(limited[name])];
  return asked !== undefined && most !== undefined && asked > most;
}

function isLess(to: Json | undefined, from: Json | undefined): boolean {
  const [now, before] = [quantityOf(to), quantityOf(from)];
  return now !== undefined && (before === undefined || now < before);
}

function amountText(amounts: Amounts, names: readonly string[]): string {
  return names.map((name) => `${amounts[name] ?? ""} ${name}`).join(", ");
}

function missingAccount(found: Case): Hypothesis {
  const { scene, root, symptom, refusal } = found;
  if (refusal.is !== "service-account") return forPeople(found, "rbac_serviceaccount", "");
  const category = "rbac_serviceaccount" as const;
  const changed = suspectsOf(scene, root).find(
    (suspect) => isPodField(suspect, "serviceAccountName", "serviceAccount") && suspect.to === refusal.name,
  );
  const sentence = `${refText(root)} may not create pods: its service account ${refusal.name} does not exist.`;
  if (changed !== undefined) {
    return blame({
      category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: { right: 19, wrong: 1 },
      wrongIf: "the service account is there",
    });
  }
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: root.namespace, name: refusal.name };
  const gone = historyOf(scene, account).find((suspect) => suspect.path.length === 0 && suspect.to === undefined);
  const base = {
    ...forPeople(
      found,
      category,
      `Make service account ${refusal.name} in ${root.namespace}, or name the one that was meant.`,
    ),
    sentence,
  };
  const absence = citeAbsence("reference", `${refText(account)} does not exist`, refText(account));
  if (gone?.commit) {
    const because = `Bring ${refText(account)} back, which commit ${gone.commit.commit.slice(0, 8)} removed.`;
    return {
      ...base,
      culprit: gone.commit,
      advice: {
        is: "change",
        intents: [{ kind: "restore-object", object: account, commit: gone.commit.commit }],
        because,
      },
    };
  }
  const path = [...(podTemplateOf(scene.lookup.get(root) ?? { kind: "" })?.path ?? []), "serviceAccountName"];
  const names = scene.lookup
    .all("/ServiceAccount")
    .filter((other) => other.metadata.namespace === root.namespace)
    .map((other) => other.metadata.name);
  const meant = nearestName(refusal.name, names);
  if (meant === undefined || declaredAt(scene, root, path) !== refusal.name)
    return { ...base, cites: [...base.cites, absence] };
  const basis = `service account ${meant} exists, and ${refusal.name} is a slip away from it`;
  return {
    ...base,
    cites: [...base.cites, absence],
    advice: {
      is: "change",
      intents: [setting("set-reference", root, [{ path, from: refusal.name, to: meant }], basis)],
      because: `Use ${meant}: ${basis}.`,
    },
  };
}

function missingClass(found: Case, field: string, kind: string, category: Category): Hypothesis {
  const { scene, root, symptom, refusal } = found;
  const name = refusal.is === "priority-class" || refusal.is === "runtime-class" ? refusal.name : "";
  const changed = suspectsOf(scene, root).find((suspect) => isPodField(suspect, field));
  const sentence = `${refText(root)} may not create pods: its ${field} ${name} does not exist.`;
  const wrongIf = "the class is there";
  if (changed !== undefined) {
    return blame({
      category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: { right: 14, wrong: 1 },
      wrongIf,
    });
  }
  const meant = nearestName(
    name,
    scene.lookup.all(kind).map((object) => object.metadata.name),
  );
  const path = [...(podTemplateOf(scene.lookup.get(root) ?? { kind: "" })?.path ?? []), field];
  const base = { ...forPeople(found, category, `Make ${name}, or name the class that was meant.`), sentence };
  if (meant === undefined || declaredAt(scene, root, path) !== name) return base;
  const basis = `${meant} exists, and ${name} is a slip away from it`;
  return {
    ...base,
    advice: {
      is: "change",
      intents: [setting("set-reference", root, [{ path, from: name, to: meant }], basis)],
      because: `Use ${meant}: ${basis}.`,
    },
  };
}

function webhookDown(found: Case): Hypothesis {
  const { scene, refusal } = found;
  const name = refusal.is === "webhook-down" ? refusal.webhook : "";
  const owner = [
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  ]
    .flatMap((kind) => scene.lookup.all(kind))
    .find((configuration) => JSON.stringify(configuration["webhooks"] ?? []).includes(`"${name}"`));
  const where = owner === undefined ? "" : ` of ${owner.kind} ${owner.metadata.name}`;
  const hypothesis = forPeople(
    found,
    "webhook_mesh",
    `Bring the service behind webhook ${name}${where} back: only people may loosen an admission policy.`,
  );
  const culprit =
    owner === undefined
      ? undefined
      : historyOf(scene, {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          namespace: null,
          name: owner.metadata.name,
        })[0];
  return culprit === undefined
    ? hypothesis
    : { ...hypothesis, culprit: culprit.commit, cites: [...hypothesis.cites, citeSuspect(culprit)] };
}

function refusalText(message: string): string {
  const text = message.replace(/^.*?is forbidden: /, "");
  return text.length > 200 ? `${text.slice(0, 197)}…` : text;
}

// Quotas and service accounts can be asked beforehand; webhooks and pod security answer only when asked.
function foretell(after: Scene, { root, category }: Hypothesis): Foretold {
  const template = podTemplateOf(after.lookup.get(root) ?? { kind: "" });
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

function isOver(quota: KubernetesObject, spec: JsonMap): boolean {
  const wanted = requestsOf(spec);
  return (["cpu", "memory"] as const).some((resource) => {
    const hard = quantityOf(
      mapAt(quota, "status", "hard")[`requests.${resource}`] ?? mapAt(quota, "spec", "hard")[`requests.${resource}`],
    );
    const used = quantityOf(mapAt(quota, "status", "used")[`requests.${resource}`]) ?? 0;
    return hard !== undefined && used + wanted[resource] > hard;
  });
}
