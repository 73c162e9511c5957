import { type ObjectRef, refText } from "../../signal/object.ts";
import { containerStep } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Refused } from "../message/admission.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { citeSuspect, citeSymptom, cut } from "../telling.ts";

/** Pods that may not be created, and in what words the API server says so. */
export type Refusal = {
  readonly scene: Scene;
  readonly root: ObjectRef;
  readonly symptom: SymptomOf<"refused">;
  readonly refusal: Refused;
};

/** Whether a change is of what a container asks for or may use, or of a whole container. */
export function isResources(suspect: Suspect): boolean {
  const step = containerStep(suspect.path);
  return step !== undefined && (step.rest.length === 0 || step.rest[0] === "resources");
}

/**
 * The newest commit's changes among those that may be at fault; else a person's work, with the newest change of the
 * rules that the pods break.
 */
export function byFields(
  found: Refusal,
  category: Category,
  bears: (suspect: Suspect) => boolean,
  person: string,
  [stricter]: readonly Suspect[] = [],
): Hypothesis {
  const { scene, root, symptom } = found;
  const suspects = ofOneCommit(
    suspectsOf(scene, root).filter((suspect) => suspect.object.kind === root.kind && bears(suspect)),
  );
  if (suspects === undefined) return forPeople(found, category, person, stricter);
  return blame({
    category,
    root,
    sentence: `${refText(root)} may not create pods: ${refusalText(symptom.ailment.message)}.`,
    symptoms: [symptom],
    suspects,
    prior: { right: 19, wrong: 1 },
    wrongIf: "pods of this template are created elsewhere under the same rules",
  });
}

/** Nothing in git is to be undone: what a person has to decide or do, and what change led to it where that is known. */
export function forPeople(found: Refusal, category: Category, because: string, cause?: Suspect): Hypothesis {
  const { root, symptom } = found;
  return {
    category,
    root,
    sentence: `${refText(root)} may not create pods: ${refusalText(symptom.ailment.message)}.`,
    cites: [citeSymptom(symptom), ...(cause === undefined ? [] : [citeSuspect(cause)])],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: { is: "person", because },
    culprit: cause?.commit ?? null,
    wrongIf: "the controller creates pods again without a change",
  };
}

function refusalText(message: string): string {
  return cut(message.replace(/^.*?is forbidden: /, ""), 200);
}
