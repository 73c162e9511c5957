import { type Json, type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { commitText } from "../culprit.ts";
import { declaredObjects } from "../declared.ts";
import { historyOf } from "../history.ts";
import type { Advice, Culprit, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { destinationsOf, isAbout, meantBy, rulesAbout, subsetsOf } from "../mesh/destinations.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect, type Suspects } from "../suspect.ts";
import { declaredAt } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeAbsence, citeSuspect, citeSymptom, setting } from "../telling.ts";

/** An Istio VirtualService that sends to a subset which no DestinationRule of its host has. */
export const subset: Rule = {
  name: "subset-is-not-there",
  categories: ["webhook_mesh"],
  sees: ["subset-missing"],
  silentIf: [
    "it gets no weight",
    "git has the subset and it is only not applied yet",
    "not every DestinationRule was read",
    "git names another subset by now",
  ],
  asksFor: {
    "restore-fields": "the subset that was asked for, or that the DestinationRule had, before the commit",
    "restore-object": "the DestinationRule as the commit removed it",
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
  if (isInGit(scene, root, symptom)) {
    const because = `Subset ${symptom.ailment.subset} of ${symptom.ailment.host} is in git: see why it has not been applied.`;
    const confidence = confidenceOf({ prior: { right: 14, wrong: 1 } });
    return { ...about, cites: [citeSymptom(symptom)], confidence, advice: { is: "person", because }, culprit: null };
  }
  const suspects = asking(scene, root, symptom) ?? taking(scene, root, symptom);
  if (suspects !== undefined)
    return blame({ ...about, symptoms: [symptom], suspects, prior: { right: 19, wrong: 1 }, supports: 1 });
  const gone = removed(scene, root, symptom);
  if (gone?.commit) return broughtBack(about, symptom, { ...gone, commit: gone.commit });
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
    .filter((path) => [undefined, ailment.subset].some((name) => name === declaredAt(scene, root, path)));
}

function asking(scene: Scene, root: ObjectRef, { ailment }: Lost): Suspects | undefined {
  const asks = historyOf(scene, root).filter(
    ({ path, from, to }) => path.length > 1 && names(to, ailment.subset) && !names(from, ailment.subset),
  );
  return ofOneCommit(asks);
}

function taking(scene: Scene, root: ObjectRef, symptom: Lost): Suspects | undefined {
  const changed = rulesOf(scene, root, symptom)
    .flatMap((rule) => historyOf(scene, refOf(rule)))
    .filter(({ path }) => path[1] === "subsets");
  const { subset: lost } = symptom.ailment;
  const isTaken = changed.some(({ path, from, to }) => names([...path, from ?? null], lost) && !names(to, lost));
  return isTaken ? ofOneCommit(changed) : undefined;
}

function names(value: Json | undefined, name: string): boolean {
  const text = JSON.stringify(value ?? null);
  return text.includes(`"${name}"`) || text.includes(`[name=${name}]`);
}

// A rule is mostly called like the Service that it is about.
function removed(scene: Scene, root: ObjectRef, { ailment }: Lost): Suspect | undefined {
  const meant = meantBy(ailment.host, root.namespace ?? undefined);
  const ref = { apiVersion: "networking.istio.io/v1", kind: "DestinationRule", ...(meant ?? root) };
  return historyOf(scene, ref).find(({ path, to }) => path.length === 0 && to === undefined);
}

type About = Pick<Hypothesis, "category" | "root" | "sentence" | "wrongIf">;

function broughtBack(about: About, symptom: Lost, gone: Suspect & { readonly commit: Culprit }): Hypothesis {
  const { object, commit } = gone;
  const intents: readonly Intent[] = [{ kind: "restore-object", object, commit: commit.commit }];
  return {
    ...about,
    cites: [citeSymptom(symptom), citeSuspect(gone)],
    confidence: confidenceOf({ prior: { right: 19, wrong: 1 } }),
    advice: { is: "change", intents, because: `Bring ${refText(object)} back, which ${commitText(commit)} removed.` },
    culprit: commit,
  };
}

function isInGit({ manifests }: Scene, root: ObjectRef, { ailment }: Lost): boolean {
  const meant = meantBy(ailment.host, root.namespace ?? undefined);
  const rules = declaredObjects(manifests).filter(({ kind }) => kind === "DestinationRule");
  return meant !== undefined && subsetsOf(rules.filter((rule) => isAbout(rule, meant))).includes(ailment.subset);
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
