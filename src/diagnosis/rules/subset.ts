import { type Json, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { destinationsOf, meantBy, rulesAbout, subsetsOf } from "../mesh/destinations.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, historyOf, ofOneCommit, type Suspects } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeAbsence, citeSymptom, setting } from "../telling.ts";

/** An Istio VirtualService that sends to a subset which no DestinationRule of its host has. */
export const subset: Rule = {
  name: "subset-is-not-there",
  categories: ["webhook_mesh"],
  sees: ["subset-missing"],
  silentIf: ["it gets no weight", "not every DestinationRule was read", "git names another subset by now"],
  asksFor: {
    "restore-fields": "the subset that was asked for, or that the DestinationRule had, before the commit",
    "set-reference": "the one subset that comes near",
  },
  diagnose: (scene, trouble) => {
    const [symptom] = ailing(trouble, "subset-missing");
    if (symptom === undefined || placesOf(scene, trouble.root, symptom).length === 0) return [];
    return [judge(scene, trouble.root, symptom)];
  },
};

type Lost = SymptomOf<"subset-missing">;

function judge(scene: Scene, root: ObjectRef, symptom: Lost): Hypothesis {
  const about = {
    category: "webhook_mesh",
    root,
    sentence: `${refText(root)} leads nowhere: ${symptom.text}.`,
    wrongIf: `the proxies know a cluster of subset ${symptom.ailment.subset}`,
  } as const;
  const suspects = asking(scene, root, symptom) ?? taking(scene, root, symptom);
  if (suspects !== undefined)
    return blame({ ...about, symptoms: [symptom], suspects, prior: { right: 19, wrong: 1 }, supports: 1 });
  const there = subsetsOf(rulesOf(scene, root, symptom));
  const known = there.length === 0 ? "it has none" : `it has ${there.join(", ")}`;
  return {
    ...about,
    cites: [citeSymptom(symptom), citeAbsence("subset", `${symptom.ailment.host}: ${known}`, "DestinationRule")],
    confidence: confidenceOf({ prior: { right: 14, wrong: 1 } }),
    advice: nearest(scene, root, symptom, there) ?? {
      is: "person",
      because: `Make subset ${symptom.ailment.subset} of ${symptom.ailment.host}, or send to another: ${known}.`,
    },
    culprit: null,
  };
}

// Where the route asks for the subset, as git says it too; nowhere where git has another word by now.
function placesOf(scene: Scene, root: ObjectRef, { ailment }: Lost): readonly (string | number)[][] {
  return destinationsOf(scene.lookup.get(root))
    .filter(({ host, subset: name }) => host === ailment.host && name === ailment.subset)
    .map(({ path }) => [...path, "subset"])
    .filter((path) => [undefined, ailment.subset].includes(declaredAt(scene, root, path) as string | undefined));
}

function asking(scene: Scene, root: ObjectRef, { ailment }: Lost): Suspects | undefined {
  const names = (value: Json | undefined): boolean => JSON.stringify(value ?? null).includes(`"${ailment.subset}"`);
  const asks = historyOf(scene, root).filter(({ path, from, to }) => path.length > 1 && names(to) && !names(from));
  return ofOneCommit(asks);
}

function taking(scene: Scene, root: ObjectRef, symptom: Lost): Suspects | undefined {
  const taken = rulesOf(scene, root, symptom)
    .flatMap((rule) => historyOf(scene, refOf(rule)))
    .filter(({ path }) => path[1] === "subsets");
  const isTaken = taken.some(({ path, from }) => JSON.stringify([path, from]).includes(symptom.ailment.subset));
  return isTaken ? ofOneCommit(taken) : undefined;
}

function rulesOf({ lookup }: Scene, root: ObjectRef, { ailment }: Lost): readonly KubernetesObject[] {
  const meant = meantBy(ailment.host, root.namespace ?? undefined);
  return meant === undefined ? [] : rulesAbout(lookup, meant);
}

function nearest(scene: Scene, root: ObjectRef, symptom: Lost, there: readonly string[]): Advice | undefined {
  const from = symptom.ailment.subset;
  const to = nearestName(from, there);
  if (to === undefined) return undefined;
  const basis = `${symptom.ailment.host} has subset ${to}, and ${from} is a slip away from it`;
  const fields = placesOf(scene, root, symptom).map((path) => ({ path, from, to }));
  const intents = [setting("set-reference", root, fields, basis)];
  return { is: "change", intents, because: `Send to ${to} instead of ${from}: ${basis}.` };
}
