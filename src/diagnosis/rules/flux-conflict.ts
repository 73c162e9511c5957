import { refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { minutesSince } from "../symptoms/now.ts";

/** Somebody else holds a field that Flux wants to set, or changed the object in the same moment (server-side apply). */
export const fluxConflict: Rule = {
  name: "flux-apply-conflict",
  categories: ["drift"],
  sees: ["flux conflict"],
  silentIf: ["git could only fight over the field: who holds it is for people"],
  asksFor: {},
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => hypothesis(scene, fault)),
};

// Two writers that met by chance do not meet again and again.
const MEETING_MINUTES = 15;

function hypothesis(scene: Scene, { symptom, trouble }: FluxFault): Hypothesis[] {
  if (trouble.is !== "conflict") return [];
  const root = symptom.object;
  const { object, manager } = trouble;
  const isFresh = minutesSince(scene.lookup, symptom.at) < MEETING_MINUTES;
  const advice: Advice =
    manager === null && isFresh
      ? { is: "nothing", because: `Somebody changed ${refText(object)} in the same moment: Flux tries again.` }
      : {
          is: "person",
          because: `Say who is to set the field of ${refText(object)}: git, or ${manager ?? "whoever changes it all the time"}.`,
        };
  return [
    {
      category: "drift",
      root,
      sentence: `${refText(root)} cannot be applied: ${manager ?? "somebody else"} changes ${refText(object)}, too.`,
      cites: [conditionFact(symptom)],
      confidence: confidenceOf({ prior: { right: 6, wrong: 1 } }),
      advice,
      culprit: null,
      wrongIf: "nobody but Flux writes to it",
    },
  ];
}
