import { type ObjectRef, refText } from "../../signal/object.ts";
import { isWholeContainer } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeSymptom } from "../telling.ts";

/** A Job that does not end although its work is done, because a container beside it runs for ever. */
export const outlived: Rule = {
  name: "job-does-not-end",
  categories: ["job_failed"],
  sees: ["outlived"],
  silentIf: [
    "the other container is an init container that is made to run beside the rest",
    "it may only be slow: no later run was left out for it, and it does not run for half a day",
  ],
  asksFor: { "restore-fields": "the CronJob without the container that the commit added" },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "outlived");
    return symptom === undefined ? [] : [judge(scene, trouble.root, symptom)];
  },
  foretell: () => foretold(),
};

function judge(scene: Scene, root: ObjectRef, symptom: SymptomOf<"outlived">): Hypothesis {
  const { ended, running } = symptom.ailment;
  const sentence = `${refText(root)} does not come to its end: ${symptom.text}.`;
  const wrongIf = `${running} ends by itself when its own work is done`;
  const about = { category: "job_failed", root, sentence, wrongIf } as const;
  const added = historyOf(scene, root).find((suspect) => isAdded(suspect, running));
  if (added !== undefined)
    return blame({ ...about, symptoms: [symptom], suspects: [added], prior: { right: 14, wrong: 1 } });
  return {
    ...about,
    cites: [citeSymptom(symptom)],
    confidence: confidenceOf({ prior: { right: 9, wrong: 1 } }),
    advice: {
      is: "person",
      because: `Make ${running} an init container with restartPolicy Always, which ends with the rest, or let it end when ${ended} has.`,
    },
    culprit: null,
  };
}

function isAdded(suspect: Suspect, container: string): boolean {
  return suspect.path.includes("containers") && suspect.from === undefined && isWholeContainer(suspect, container);
}

function foretold(): Foretold {
  return {
    silent: true,
    because: "without that container a run ends with its work; the one that runs now must be ended",
  };
}
