import { type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import type { SymptomOf } from "../symptom.ts";
import { guardedWorkloads } from "../symptoms/budgets.ts";
import { ailing, citeSuspect, citeSymptom } from "../telling.ts";

/**
 * A PodDisruptionBudget that lets no pod go, so that a node cannot be emptied. Where a commit took pods away from its
 * workload they are given back; the budget itself is never loosened.
 */
export const budget: Rule = {
  name: "budget-blocks-drain",
  categories: ["hpa_pdb_rollout"],
  sees: ["blocks-drain"],
  silentIf: ["no node is being emptied", "the budget itself was tightened: only people may loosen it"],
  asksFor: { "restore-fields": "the number of pods before the commit that took some away" },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "blocks-drain");
    return symptom === undefined ? [] : [judge(scene, trouble.root, symptom)];
  },
};

function judge(scene: Scene, root: ObjectRef, symptom: SymptomOf<"blocks-drain">): Hypothesis {
  const sentence = `${refText(root)} keeps node ${symptom.ailment.node} from being emptied: ${symptom.text}.`;
  const wrongIf = "nobody is emptying the node";
  const about = { category: "hpa_pdb_rollout", root, sentence, wrongIf } as const;
  const lowered = fewerPods(scene, root);
  const [tightened] = historyOf(scene, root).filter(({ path }) => path.length === 0 || path[0] === "spec");
  const isLast = (lowered?.commit?.at ?? "") >= (tightened?.commit?.at ?? "");
  if (lowered !== undefined && isLast) {
    const prior = { right: 12, wrong: 1 };
    return blame({ ...about, symptoms: [symptom], suspects: [lowered], prior });
  }
  return {
    ...about,
    cites: [citeSymptom(symptom), ...(tightened === undefined ? [] : [citeSuspect(tightened)])],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 }, supports: tightened === undefined ? 0 : 1 }),
    advice: {
      is: "person",
      because: `Run more pods than ${refText(root)} keeps, or let a person loosen it: Oakum never loosens a budget.`,
    },
    culprit: tightened?.commit ?? null,
  };
}

function fewerPods(scene: Scene, root: ObjectRef): Suspect | undefined {
  const budget = scene.lookup.get(root);
  const workloads = budget === undefined ? [] : guardedWorkloads(scene.lookup, budget);
  return workloads
    .flatMap((workload) => historyOf(scene, refOf(workload)))
    .find(({ path, from, to }) => path.join("/") === "spec/replicas" && Number(from) > Number(to));
}
