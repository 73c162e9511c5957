import { confidenceOf } from "../confidence.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { conditionFact, type FluxFault } from "./fault.ts";

/** The branch has mended by now what Flux still tells of: it only has to be reconciled. */
export function mendedOnBranch(
  { symptom }: Pick<FluxFault, "symptom">,
  { root, category }: Pick<Hypothesis, "root" | "category">,
  because: string,
): Hypothesis {
  return {
    category,
    root,
    sentence: because,
    cites: [conditionFact(symptom)],
    confidence: confidenceOf({ prior: { right: 8, wrong: 2 } }),
    advice: { is: "nothing", because },
    culprit: null,
    wrongIf: "Flux follows another branch than the one looked at",
  };
}
