import { refText } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { confidenceOf, type Prior } from "../confidence.ts";
import type { Rule } from "../rule.ts";
import type { Ailment, Symptom } from "../symptom.ts";
import { citeSymptom } from "../telling.ts";

type Recognition = { readonly category: Category; readonly prior: Prior; readonly because: string };

// Troubles that name themselves and that only a person can end.
const KNOWN: { readonly [Is in Ailment["is"]]?: (ailment: Extract<Ailment, { is: Is }>) => Recognition } = {
  chaos: () => ({
    category: "network",
    prior: { right: 19, wrong: 1 },
    because: "A chaos experiment does this on purpose: end it or wait for its end.",
  }),
  certificate: () => ({
    category: "cert_tls",
    prior: { right: 19, wrong: 1 },
    because: "See why the certificate is not issued: its issuer and its challenge tell.",
  }),
  condition: () => ({
    category: "operator_cr",
    prior: { right: 5, wrong: 1 },
    because: "See what its operator says: it does not come to what is asked for.",
  }),
  "job-failed": ({ reason }) => ({
    category: "job_failed",
    prior: { right: 5, wrong: 1 },
    because: `See why its last pod failed: the job is given up (${reason}).`,
  }),
  terminating: () => ({
    category: "unknown",
    prior: { right: 1, wrong: 1 },
    because: "See what holds the pod: it does not end by itself.",
  }),
  short: () => ({
    category: "hpa_pdb_rollout",
    prior: { right: 1, wrong: 1 },
    because: "See why too few pods are ready: nothing that was read tells.",
  }),
};

/** Troubles that say themselves what they are and that no change of a manifest by us ends. */
export const recognised: Rule = {
  name: "names-itself",
  categories: ["network", "cert_tls", "operator_cr", "job_failed", "hpa_pdb_rollout", "unknown"],
  sees: ["chaos", "certificate", "condition", "job-failed", "terminating", "short"],
  silentIf: ["another rule knows the cause"],
  asksFor: {},
  diagnose: (_, trouble) => {
    for (const symptom of trouble.symptoms) {
      const found = recognitionOf(symptom);
      if (found === undefined) continue;
      return [
        {
          category: found.category,
          root: trouble.root,
          sentence: `${refText(trouble.root)}: ${symptom.text}.`,
          cites: trouble.symptoms.slice(0, 3).map(citeSymptom),
          confidence: confidenceOf({ prior: found.prior }),
          advice: { is: "person", because: found.because },
          culprit: null,
          wrongIf: "it ends without anybody doing anything",
        },
      ];
    }
    return [];
  },
};

function recognitionOf(symptom: Symptom): Recognition | undefined {
  const recognise = KNOWN[symptom.ailment.is] as ((ailment: Ailment) => Recognition) | undefined;
  return recognise?.(symptom.ailment);
}
