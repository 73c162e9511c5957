import { isSameObject, type Json, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Lookup } from "../lookup.ts";
import type { Complaint } from "../message/complaint.ts";
import { listAt, textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import type { Symptom } from "../symptom.ts";
import { ailing } from "../telling.ts";
import { undone } from "../undone.ts";

/** A program whose service account lost a right: a commit changed its role, its binding, or its account. */
export const rights: Rule = {
  name: "right-was-taken-away",
  categories: ["rbac_serviceaccount"],
  sees: ["crash", "unready", "waiting"],
  silentIf: ["no commit took the right away", "the account has the right by now: elsewhere, or again"],
  asksFor: { "restore-fields": "rules, subjects or the role as the commit found them" },
  diagnose: (scene, trouble) => {
    for (const symptom of ailing(trouble, "crash", "unready", "waiting")) {
      const denial = symptom.ailment.complaints.find(isDenial);
      const found = denial === undefined ? undefined : taken(scene, trouble.root, { symptom, denial });
      if (found !== undefined) return [found];
    }
    return [];
  },
  foretell: () => ({ silent: "unknown", because: "only running tells; with these rights it ran before" }),
};

type Denial = Complaint & Extract<Complaint, { is: "forbidden" }>;
type Denied = { readonly symptom: Symptom; readonly denial: Denial };

function isDenial(complaint: Complaint): complaint is Denial {
  return complaint.is === "forbidden" && complaint.account !== null;
}

function taken(scene: Scene, root: ObjectRef, { symptom, denial }: Denied): Hypothesis | undefined {
  const [, , namespace = "", account = ""] = (denial.account ?? "").split(":");
  const asked = { namespace, account, denial, scope: scopeOf(denial.line) };
  // What the account may do by now is refused elsewhere, or was before.
  if (isGranted(scene.lookup, asked)) return undefined;
  for (const object of [...bindingsIn(scene.lookup), ...rolesIn(scene.lookup)]) {
    const suspects = ofOneCommit(grants(scene, refOf(object)));
    const before = suspects && (undone(object, suspects) as KubernetesObject);
    if (suspects === undefined || before === undefined || !isGranted(scene.lookup, asked, before)) continue;
    return blame({
      category: "rbac_serviceaccount",
      root,
      sentence: `${refText(root)} may not ${denial.verb} ${denial.resource} any more as service account ${account}.`,
      symptoms: [symptom],
      suspects,
      prior: { right: 19, wrong: 1 },
      wrongIf: `${account} has the right through another role`,
    });
  }
  return undefined;
}

function grants(scene: Scene, object: ObjectRef): readonly Suspect[] {
  return historyOf(scene, object).filter(
    ({ path, commit }) => commit !== null && ["rules", "subjects", "roleRef"].includes(String(path[0])),
  );
}

/** What an account was refused: in one namespace, everywhere (null), or where nobody says (undefined). */
type Asked = {
  readonly namespace: string;
  readonly account: string;
  readonly denial: Denial;
  readonly scope: string | null | undefined;
};

function scopeOf(line: string): Asked["scope"] {
  return line.includes("at the cluster scope") ? null : /in the namespace "([^"]+)"/.exec(line)?.[1];
}

const ROLES = "rbac.authorization.k8s.io";

function bindingsIn(lookup: Lookup): readonly KubernetesObject[] {
  return ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) => lookup.all(`${ROLES}/${kind}`));
}

function rolesIn(lookup: Lookup): readonly KubernetesObject[] {
  return ["Role", "ClusterRole"].flatMap((kind) => lookup.all(`${ROLES}/${kind}`));
}

/** Whether any binding gives the right; one binding or role may be taken as it was before. */
function isGranted(lookup: Lookup, asked: Asked, before?: KubernetesObject): boolean {
  const asItWas = (object: KubernetesObject): KubernetesObject =>
    before !== undefined && isSameObject(refOf(before), refOf(object)) ? before : object;
  return bindingsIn(lookup)
    .map(asItWas)
    .filter((binding) => reaches(binding, asked))
    .some((binding) => {
      const kind = textAt(binding, "roleRef", "kind") ?? "";
      const within = kind === "Role" ? (binding.metadata.namespace ?? null) : null;
      const role = lookup.find(`${ROLES}/${kind}`, within, textAt(binding, "roleRef", "name") ?? "");
      return role !== undefined && allows(asItWas(role), asked.denial);
    });
}

function reaches(binding: KubernetesObject, { namespace, account, scope }: Asked): boolean {
  const home = binding.metadata.namespace;
  const isWide = binding.kind === "ClusterRoleBinding" || scope === undefined || scope === home;
  return (
    isWide &&
    listAt(binding, "subjects").some(
      (subject) =>
        textAt(subject, "name") === account && (textAt(subject, "namespace") ?? home ?? namespace) === namespace,
    )
  );
}

function allows(role: Json, { verb, resource }: Denial): boolean {
  const has = (rule: Json, field: string, wanted: string): boolean =>
    listAt(rule, field).some((each) => each === "*" || each === wanted);
  return listAt(role, "rules").some((rule) => has(rule, "verbs", verb) && has(rule, "resources", resource));
}
