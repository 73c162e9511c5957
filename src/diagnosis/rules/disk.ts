import { type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Overuse } from "../message/eviction.ts";
import { quantityOf } from "../quantity.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeSymptom } from "../telling.ts";

/** A pod that is put off its node because it writes more to the node's disk than its own limit allows. */
export const disk: Rule = {
  name: "disk-limit-reached",
  categories: ["pvc_storage"],
  sees: ["disk-limit"],
  silentIf: ["no limit was lowered: how much it may write is for a person to say"],
  asksFor: {
    "restore-fields": "the limit before the commit that lowered it",
    "set-resources": TEMPLATE_BEFORE,
    "set-reference": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "disk-limit");
    return symptom === undefined ? [] : [judge(scene, trouble.root, symptom)];
  },
  foretell: () => ({ silent: "unknown", because: "only running tells how much it writes; it ran with what it had" }),
};

function judge(scene: Scene, root: ObjectRef, symptom: SymptomOf<"disk-limit">): Hypothesis {
  const sentence = `${refText(root)} writes more to the node's disk than its own limit allows.`;
  const wrongIf = "the node itself has too little room on its disk";
  const about = { category: "pvc_storage", root, sentence, wrongIf } as const;
  const suspects = ofOneCommit(suspectsOf(scene, root).filter((suspect) => isLowered(suspect, symptom.ailment)));
  if (suspects !== undefined) {
    return blame({ ...about, symptoms: [symptom], suspects, prior: { right: 19, wrong: 1 }, supports: 1 });
  }
  return {
    ...about,
    cites: [citeSymptom(symptom)],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Let ${root.name} write less, or decide how much of the node's disk it may have.`,
    },
    culprit: null,
  };
}

function isLowered({ path, from, to }: Suspect, { container, volume }: Overuse): boolean {
  const [before, now] = [quantityOf(from), quantityOf(to)];
  if (now === undefined || (before !== undefined && before <= now)) return false;
  if (path.at(-1) === "sizeLimit") return volume === null || path.includes(`[name=${volume}]`);
  const step = containerStep(path);
  const isLimit = step?.rest.join("/") === "resources/limits/ephemeral-storage";
  return isLimit && volume === null && (container === null || container === step.container);
}
