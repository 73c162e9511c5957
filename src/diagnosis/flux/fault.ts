import type { FluxKustomization } from "../../manifest/flux/kustomization.ts";
import { isSameObject, type KubernetesObject, kindKey, type ObjectRef, refText } from "../../signal/object.ts";
import type { FactDraft } from "../hypothesis.ts";
import type { Scene } from "../scene.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { isFlux } from "../symptoms/flux.ts";
import type { FluxTrouble } from "./trouble.ts";

/** A Flux object's failing condition, as a rule takes it up. */
export type FluxFault = { readonly symptom: Symptom; readonly trouble: FluxTrouble; readonly object: KubernetesObject };

/** The failing conditions of a trouble's root, where that is a Flux object. */
export function fluxFaults(scene: Scene, { root, symptoms }: Trouble): readonly FluxFault[] {
  const object = scene.lookup.get(root);
  if (object === undefined || !isFlux(root)) return [];
  return symptoms.flatMap((symptom) =>
    symptom.ailment.is === "flux" && isSameObject(symptom.object, root)
      ? [{ symptom, trouble: symptom.ailment.trouble, object }]
      : [],
  );
}

/** The Kustomization of the repository that this live object is. */
export function kustomizationOf(scene: Scene, ref: ObjectRef): FluxKustomization | undefined {
  const own = scene.manifests.kustomizations.filter(({ ref: other }) => other !== null && isSameObject(other, ref));
  return own.find(({ live }) => live) ?? own[0];
}

/** The condition, as a fact to cite. */
export function conditionFact({ text, source, at }: Symptom): FactDraft {
  return { verdict: "FOUND", kind: "condition", text, source, at };
}

/** What an object refers to and is not there: ABSENT where every object of its kind was read, UNKNOWN where not. */
export function absenceFact(scene: Scene, missing: ObjectRef): FactDraft {
  const isListed = scene.lookup.isListed(kindKey(missing));
  const text = isListed ? `${refText(missing)} does not exist` : `whether ${refText(missing)} exists was not read`;
  return { verdict: isListed ? "ABSENT" : "UNKNOWN", kind: "reference", text, source: refText(missing), at: null };
}
