import { keyOf, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { speaksOf } from "../denial.ts";
import { contentHistoryOf, historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspects } from "../suspect.ts";
import type { SymptomOf, Trouble } from "../symptom.ts";
import { ailing, citeSymptom } from "../telling.ts";
import { rootRef } from "../troubles.ts";

/** A scan that finds an object which breaks a policy of the cluster (Gatekeeper's audit, policy reports). */
export const violation: Rule = {
  name: "breaks-a-policy",
  categories: ["policy_scan"],
  sees: ["violation"],
  silentIf: ["the scan passed, skipped it or only warned", "the policy is younger than the change"],
  asksFor: { "restore-fields": "what the commit changed that the policy speaks of" },
  diagnose: (scene, trouble) => {
    const [first, ...others] = ailing(trouble, "violation");
    return first === undefined ? [] : [judge(scene, trouble, [first, ...others])];
  },
  foretell: () => ({ silent: "unknown", because: "only the next scan tells; before the commit none found this" }),
};

type Violation = SymptomOf<"violation">;

function judge(scene: Scene, trouble: Trouble, symptoms: readonly [Violation, ...Violation[]]): Hypothesis {
  const [first, ...others] = symptoms;
  const root = breaker(scene, trouble);
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const about = {
    category: "policy_scan",
    root,
    sentence: `${refText(root)} does not keep to ${first.ailment.policy}: ${first.ailment.message}${more}.`,
    wrongIf: "the next scan finds nothing",
  } as const;
  const suspects = broughtBy(scene, root, first);
  if (suspects !== undefined && others.length === 0) {
    return blame({ ...about, symptoms, suspects, prior: { right: 19, wrong: 1 }, supports: 1 });
  }
  return {
    ...about,
    cites: symptoms.slice(0, 3).map(citeSymptom),
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Make ${refText(root)} keep to ${first.ailment.policy}, or have the policy's owner change it: only people may loosen it.`,
    },
    culprit: null,
  };
}

// What one commit did to the object that the policy speaks of, where the policy was there before it.
function broughtBy(scene: Scene, root: ObjectRef, { object, ailment }: Violation): Suspects | undefined {
  const spoken = historyOf(scene, root).filter(
    (suspect) => suspect.path.length > 0 && suspect.commit !== null && speaksOf(ailment.message, suspect),
  );
  const commit = spoken[0]?.commit;
  if (!commit || setSince(scene, object, ailment.policy) > commit.at) return undefined;
  return ofOneCommit(spoken);
}

// When a policy became what it is: a report of it is written anew again and again, the policy itself is not.
function setSince(scene: Scene, told: ObjectRef, policy: string): string {
  const name = policy.split("/")[0] ?? "";
  const own = told.kind.endsWith("PolicyReport")
    ? KYVERNO.flatMap((kind) => scene.lookup.find(kind, null, name) ?? [])[0]
    : scene.lookup.get(told);
  const made = own?.metadata.creationTimestamp ?? "";
  const changed = own === undefined ? "" : (contentHistoryOf(scene, refOf(own))[0]?.commit?.at ?? "");
  return [made, changed].toSorted().at(-1) ?? "";
}

const KYVERNO = ["kyverno.io/ClusterPolicy", "policies.kyverno.io/ValidatingPolicy"];

// The object that breaks the policy, where it is one; else the policy speaks for all of them.
function breaker({ lookup }: Scene, trouble: Trouble): ObjectRef {
  const subjects = ailing(trouble, "violation").flatMap(({ ailment }) =>
    ailment.subject === null ? [] : [rootRef(lookup, ailment.subject)],
  );
  const [only, ...others] = new Map(subjects.map((subject) => [keyOf(subject), subject])).values();
  return only === undefined || others.length > 0 ? trouble.root : only;
}
