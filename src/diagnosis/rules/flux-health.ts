import { keyOf, kindKey, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit } from "../culprit.ts";
import { absenceFact, conditionFact, type FluxFault, fluxFaults, kustomizationOf } from "../flux/fault.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { namesIn } from "../lookup.ts";
import { listAt, textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";

/** A health check names an object that nobody applies, so that the Kustomization waits for ever (kustomize-controller: HealthCheckFailed, or Progressing for longer than its timeout). */
export const fluxHealth: Rule = {
  name: "flux-health-check-dangling",
  categories: ["flux_health"],
  sees: ["flux"],
  silentIf: ["the object is there, or git has it", "its kind was not read"],
  asksFor: {
    "restore-fields": "the health checks before the commit",
    "set-flux": "the one object of that kind that comes near",
  },
  diagnose: (scene, trouble) => {
    const [fault] = fluxFaults(scene, trouble);
    return fault === undefined ? [] : danglingChecks(scene, fault).flatMap((check) => hypothesis(scene, fault, check));
  },
};

type Check = { readonly ref: ObjectRef; readonly at: number };

function danglingChecks(scene: Scene, { object, symptom }: FluxFault): Check[] {
  if (object.kind !== "Kustomization") return [];
  const kustomization = kustomizationOf(scene, symptom.object);
  const rendering = kustomization === undefined ? undefined : scene.manifests.render(kustomization.id);
  const rendered = new Set(rendering?.ok ? rendering.objects.map((one) => keyOf(refOf(one.object))) : []);
  return listAt(object, "spec", "healthChecks").flatMap((check, at) => {
    const ref = {
      apiVersion: textAt(check, "apiVersion") ?? "",
      kind: textAt(check, "kind") ?? "",
      namespace: textAt(check, "namespace") ?? object.metadata.namespace ?? null,
      name: textAt(check, "name") ?? "",
    };
    const isThere = scene.lookup.get(ref) !== undefined || rendered.has(keyOf(ref));
    const isComing = isThere || awaited(scene, ref) !== undefined;
    return isComing || !scene.lookup.isListed(kindKey(ref)) ? [] : [{ ref, at }];
  });
}

function hypothesis(scene: Scene, { symptom }: FluxFault, { ref, at }: Check): Hypothesis {
  const root = symptom.object;
  const path = ["spec", "healthChecks", at, "name"];
  const checks = scene.changes(root).filter((field) => field.path.slice(0, 2).join(".") === "spec.healthChecks");
  const change = checks.find((field) => JSON.stringify(field.to ?? null).includes(ref.name));
  const meant = nearestName(ref.name, namesIn(scene.lookup, kindKey(ref), ref.namespace));
  const intents: Intent[] = [];
  if (change !== undefined) {
    const undone = checks.filter(({ commit }) => commit.commit === change.commit.commit);
    intents.push(...restoreFields(root, undone, change.commit));
  }
  if (meant !== undefined) {
    const basis = `${meant} is the only ${ref.kind} whose name comes near ${ref.name}`;
    intents.push({ kind: "set-flux", object: root, fields: [{ path, from: ref.name, to: meant }], basis });
  }
  const advice: Advice =
    intents.length > 0
      ? { is: "change", intents, because: `no ${ref.kind} is called ${ref.name}` }
      : { is: "person", because: `Say what ${refText(root)} should check instead of ${refText(ref)}.` };
  return {
    category: "flux_health",
    root,
    sentence: `${refText(root)} waits for ${refText(ref)} to become healthy, and nothing applies an object of that name.`,
    cites: [conditionFact(symptom), absenceFact(scene, ref), ...citeCommit(change?.commit, "changed the health check")],
    confidence: confidenceOf({ prior: { right: 20, wrong: 1 }, supports: change === undefined ? 0 : 1 }),
    advice,
    culprit: change?.commit ?? null,
    wrongIf: `another controller is about to make ${refText(ref)}`,
  };
}
