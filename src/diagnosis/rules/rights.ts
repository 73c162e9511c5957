import { type Json, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Complaint } from "../message/complaint.ts";
import { listAt, textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { historyOf, type Suspect } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { ailing } from "../telling.ts";
import { undone } from "../undone.ts";

/** A program whose service account lost a right: a commit changed its role, its binding, or its account. */
export const rights: Rule = {
  name: "right-was-taken-away",
  categories: ["rbac_serviceaccount"],
  sees: ["crash", "unready", "waiting"],
  silentIf: ["no commit took the right away"],
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

type Denial = Extract<Complaint, { is: "forbidden" }>;
type Denied = { readonly symptom: Symptom; readonly denial: Denial };

function isDenial(complaint: Complaint): complaint is Denial & Complaint {
  return complaint.is === "forbidden" && complaint.account !== null;
}

function taken(scene: Scene, root: ObjectRef, { symptom, denial }: Denied): Hypothesis | undefined {
  const [, , namespace = "", account = ""] = (denial.account ?? "").split(":");
  const suspects = bearers(scene, { namespace, account }).flatMap((object) =>
    grants(scene, refOf(object)).filter((suspect) => isOfRight(object, suspect, denial)),
  );
  const [first, ...rest] = suspects;
  if (first === undefined) return undefined;
  const together = rest.filter(
    ({ commit, object }) => commit?.commit === first.commit?.commit && object.name === first.object.name,
  );
  return blame({
    category: "rbac_serviceaccount",
    root,
    sentence: `${refText(root)} may not ${denial.verb} ${denial.resource} any more as service account ${account}.`,
    symptoms: [symptom],
    suspects: [first, ...together],
    prior: { right: 19, wrong: 1 },
    wrongIf: `${account} has the right through another role`,
  });
}

function grants(scene: Scene, object: ObjectRef): readonly Suspect[] {
  return historyOf(scene, object).filter(
    ({ path, commit }) => commit !== null && ["rules", "subjects", "roleRef"].includes(String(path[0])),
  );
}

// A rule that was changed gave the right before; who bears a role, and which, is told apart by the binding itself.
function isOfRight(object: KubernetesObject, suspect: Suspect, denial: Denial): boolean {
  if (suspect.path[0] !== "rules") return true;
  return allows(undone(object, [suspect]), denial);
}

function allows(role: Json, { verb, resource }: Denial): boolean {
  const has = (rule: Json, field: string, wanted: string): boolean =>
    listAt(rule, field).some((each) => each === "*" || each === wanted);
  return listAt(role, "rules").some((rule) => has(rule, "verbs", verb) && has(rule, "resources", resource));
}

const ROLES = "rbac.authorization.k8s.io";

// The bindings that name the account or did before, and the roles that they give.
function bearers(
  scene: Scene,
  { namespace, account }: { readonly namespace: string; readonly account: string },
): readonly KubernetesObject[] {
  const bindings = ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) => scene.lookup.all(`${ROLES}/${kind}`));
  const naming = bindings.filter((binding) => {
    const namesakes = listAt(binding, "subjects").filter((subject) => textAt(subject, "name") === account);
    if (namesakes.some((subject) => (textAt(subject, "namespace") ?? namespace) === namespace)) return true;
    // One that gave the right before: to this account, or to a namesake that was moved to another namespace.
    return historyOf(scene, refOf(binding)).some(
      ({ from }) =>
        JSON.stringify(from ?? null).includes(`"${account}"`) || (from === namespace && namesakes.length > 0),
    );
  });
  const roles = naming.flatMap((binding) => {
    const kind = textAt(binding, "roleRef", "kind") ?? "";
    const within = kind === "Role" ? (binding.metadata.namespace ?? null) : null;
    const role = scene.lookup.find(`${ROLES}/${kind}`, within, textAt(binding, "roleRef", "name") ?? "");
    return role === undefined ? [] : [role];
  });
  return [...naming, ...roles];
}
