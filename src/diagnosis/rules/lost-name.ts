import { isList, isMap } from "../../manifest/json.ts";
import type { FieldPath } from "../../manifest/path.ts";
import { type Json, type ObjectRef, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredObjects } from "../declared.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { beganLongAfter } from "../proven.ts";
import { textAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { ailing, citeFound, citeSymptom, setting, slipText } from "../telling.ts";

/**
 * An object of an operator that names another one which its operator does not find, by its own words: a certificate its
 * issuer, a secret its store, a route its gateway.
 */
export const lostName: Rule = {
  name: "names-what-is-not-there",
  categories: ["cert_tls", "operator_cr"],
  sees: ["certificate", "condition"],
  silentIf: ["what is named is there, or in git", "what was named before is gone too, and no name comes near"],
  asksFor: {
    "restore-fields": "the name before the commit, which still exists",
    "set-reference": "the one name of that kind that comes near",
  },
  diagnose: (scene, trouble) => {
    for (const symptom of ailing(trouble, "certificate", "condition")) {
      const lost = lostIn(scene, trouble.root, symptom.ailment.message);
      const found = lost === undefined ? undefined : judge({ scene, root: trouble.root, symptom, lost });
      if (found !== undefined) return [found];
    }
    return [];
  },
};

/** A field that names an object by `kind` and `name`. */
type Named = { readonly path: FieldPath; readonly kind: string; readonly name: string };

type Found = {
  readonly scene: Scene;
  readonly root: ObjectRef;
  readonly symptom: SymptomOf<"certificate" | "condition">;
  readonly lost: Named;
};

// `Referenced "ClusterIssuer" not found: clusterissuer.cert-manager.io "letsencrypt" not found`
const NOT_FOUND = /["'\s/]([\w.-]+)["']? (?:is |was |could )?(?:not (?:be )?found|does not exist|doesn't exist)/g;

function lostIn({ lookup }: Scene, root: ObjectRef, message: string): Named | undefined {
  const lost = new Set([...message.matchAll(NOT_FOUND)].map(([, name]) => name));
  return namesIn(lookup.get(root)?.["spec"], ["spec"]).find(({ name }) => lost.has(name));
}

function namesIn(value: Json | undefined, path: FieldPath): readonly Named[] {
  if (isList(value)) return value.flatMap((item, at) => namesIn(item, [...path, at]));
  if (!isMap(value)) return [];
  const [kind, name] = [textAt(value, "kind"), textAt(value, "name")];
  const own = kind === undefined || name === undefined ? [] : [{ path: [...path, "name"], kind, name }];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => namesIn(inner, [...path, key]))];
}

function judge(found: Found): Hypothesis | undefined {
  const { scene, root, symptom, lost } = found;
  const there = othersThere(found);
  const category: Category = symptom.ailment.is === "certificate" ? "cert_tls" : "operator_cr";
  const sentence = `${refText(root)} names ${lost.kind} ${lost.name}, which does not exist.`;
  const wrongIf = `${lost.kind} ${lost.name} is there`;
  if (isInGit(found)) {
    const because = `${lost.kind} ${lost.name} is in git already: see why it has not been applied.`;
    return {
      ...{ category, root, sentence, culprit: null, wrongIf },
      cites: [citeSymptom(symptom), citeFound("reference", because, `${lost.kind}/${lost.name}`)],
      confidence: confidenceOf({ prior: PRIOR }),
      advice: { is: "person", because },
    };
  }
  const changed = historyOf(scene, root).find(
    (suspect) => suspect.path.join("/") === lost.path.join("/") && !beganLongAfter(symptom.at, suspect),
  );
  // To go back helps only where what was named before is still there.
  if (changed !== undefined && there.includes(String(changed.from))) {
    return blame({
      category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: PRIOR,
      supports: 1,
      wrongIf,
    });
  }
  const meant = nearestName(lost.name, there);
  if (meant === undefined || declaredAt(scene, root, lost.path) !== lost.name) return undefined;
  const basis = slipText(`${lost.kind} ${meant}`, lost.name);
  const fields = [{ path: lost.path, from: lost.name, to: meant }];
  return {
    category,
    root,
    sentence,
    cites: [citeSymptom(symptom), citeFound("reference", basis, `${lost.kind}/${meant}`)],
    confidence: confidenceOf({ prior: PRIOR, supports: 1 }),
    advice: {
      is: "change",
      intents: [setting("set-reference", root, fields, basis)],
      because: `Name ${meant} instead of ${lost.name}: ${basis}.`,
    },
    culprit: null,
    wrongIf,
  };
}

// That it is not there either, where it is looked for, bears the operator out.
const PRIOR = { right: 19, wrong: 1 };

// Asked for rightly, and only not applied yet.
function isInGit({ scene: { manifests }, root, lost }: Found): boolean {
  return declaredObjects(manifests).some(
    ({ kind, metadata: { name, namespace = null } }) =>
      kind === lost.kind && name === lost.name && [null, root.namespace].includes(namespace),
  );
}

// The objects of that kind that can be named from here; none where the one that is said to be lost is among them.
function othersThere({ scene: { lookup }, root, lost }: Found): readonly string[] {
  const names = lookup.world.objects
    .filter(
      ({ kind, metadata: { namespace = null } }) => kind === lost.kind && [null, root.namespace].includes(namespace),
    )
    .map(({ metadata }) => metadata.name);
  return names.includes(lost.name) ? [] : names;
}
