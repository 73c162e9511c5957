import { refText } from "../../signal/object.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import type { FluxTrouble } from "../flux/message.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Rule } from "../rule.ts";

/**
 * Failures of Flux objects that a person must settle: what is fetched, decrypted or released lies outside the manifests
 * that we could prove a change of.
 */
export const fluxOther: Rule = {
  name: "flux-needs-a-person",
  categories: ["flux_source", "helm_source", "flux_decryption", "flux_substitution", "secret_missing"],
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap(forPeople),
};

type Reading = { readonly category: Category; readonly sentence: string; readonly because: string };

function forPeople({ symptom, trouble }: FluxFault): Hypothesis[] {
  const name = refText(symptom.object);
  const reading = readingOf(trouble, symptom.object.kind, name);
  if (reading === undefined) return [];
  return [
    {
      category: reading.category,
      root: symptom.object,
      sentence: reading.sentence,
      cites: [conditionFact(symptom)],
      confidence: confidenceOf({ prior: { right: 10, wrong: 2 } }),
      advice: { is: "person", because: reading.because },
      culprit: null,
      wrongIf: "the controller's message has another meaning in this version of Flux",
    },
  ];
}

function readingOf(trouble: FluxTrouble, kind: string, name: string): Reading | undefined {
  switch (trouble.is) {
    case "fetch":
      return {
        category: sourceCategory(kind),
        sentence: `${name} cannot fetch its source.`,
        because: `Check the address, the reference and the credentials of ${name}: ${trouble.text}`,
      };
    case "decryption":
      return {
        category: "flux_decryption",
        sentence: `${name} cannot decrypt a file of its path.`,
        because: `Give ${name} the key that the file was encrypted for, or encrypt the file again: only a person holds it.`,
      };
    case "variables-missing":
      return {
        category: "flux_substitution",
        sentence: `${name} takes variables from ${trouble.kind} ${trouble.name}, which does not exist.`,
        because: `Add ${trouble.kind} ${trouble.name}, or mark it optional in spec.postBuild.substituteFrom.`,
      };
    case "secret-missing":
      return {
        category: sourceCategory(kind) === "helm_source" ? "helm_source" : "secret_missing",
        sentence: `${name} names the Secret ${trouble.name}, which does not exist.`,
        because: `Make the Secret ${trouble.name}, or name the one that holds the credentials.`,
      };
    default:
      return undefined;
  }
}

function sourceCategory(kind: string): Category {
  return kind === "GitRepository" || kind === "Bucket" || kind === "Kustomization" ? "flux_source" : "helm_source";
}
