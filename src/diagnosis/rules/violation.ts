import { keyOf, type ObjectRef, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Trouble } from "../symptom.ts";
import { ailing, citeSymptom } from "../telling.ts";
import { rootRef } from "../troubles.ts";

/** A scan that finds an object which breaks a policy of the cluster (Gatekeeper's audit, policy reports). */
export const violation: Rule = {
  name: "breaks-a-policy",
  categories: ["policy_scan"],
  sees: ["violation"],
  silentIf: ["the scan passed, skipped it or only warned"],
  asksFor: {},
  diagnose: (scene, trouble) => {
    const [first, ...others] = ailing(trouble, "violation");
    if (first === undefined) return [];
    const root = breaker(scene, trouble);
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    return [
      {
        category: "policy_scan",
        root,
        sentence: `${refText(root)} does not keep to ${first.ailment.policy}: ${first.ailment.message}${more}.`,
        cites: [first, ...others.slice(0, 2)].map(citeSymptom),
        confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
        advice: {
          is: "person",
          because: `Make ${refText(root)} keep to ${first.ailment.policy}, or have the policy's owner change it: only people may loosen it.`,
        },
        culprit: null,
        wrongIf: "the next scan finds nothing",
      },
    ];
  },
};

// The object that breaks the policy, where it is one; else the policy speaks for all of them.
function breaker({ lookup }: Scene, trouble: Trouble): ObjectRef {
  const subjects = ailing(trouble, "violation").flatMap(({ ailment }) =>
    ailment.subject === null ? [] : [rootRef(lookup, ailment.subject)],
  );
  const [only, ...others] = new Map(subjects.map((subject) => [keyOf(subject), subject])).values();
  return only === undefined || others.length > 0 ? trouble.root : only;
}
