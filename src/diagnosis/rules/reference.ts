import { type ObjectRef, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { confidenceOf } from "../confidence.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import { culprits } from "../lost/culprits.ts";
import { isAbsent, isBack, type Lost, lostReference, lostText } from "../lost/lost.ts";
import { removal, renamed, toCome } from "../lost/repair.ts";
import { mapAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { minutesSince } from "../symptoms/now.ts";
import { citeAbsence, citeFound, citeSymptom } from "../telling.ts";
import { podTemplateOf, type Reference, referencesOf } from "../workload.ts";

/**
 * A pod reads a ConfigMap, Secret, key or claim that does not exist (kubelet: CreateContainerConfigError, FailedMount;
 * scheduler: persistentvolumeclaim not found).
 */
export const reference: Rule = {
  name: "reference-to-nothing",
  categories: ["configmap_missing", "configmap_content", "secret_missing", "pvc_storage"],
  sees: ["hindered", "mount", "unschedulable"],
  silentIf: [
    "what is named is there, and has been for a while: then something else is wrong",
    "git has it, or an operator is to make it: then whoever brings it is asked why it is not there",
  ],
  asksFor: {
    "restore-fields": "what the commit that changed the reference, or took its target, took away",
    "restore-object": "the object as the commit removed it",
    "set-reference": `names and keys that exist in the cluster or that the same commit made; ${TEMPLATE_BEFORE}`,
    "set-environment": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = lostReference(trouble);
    if (found === undefined) return [];
    if (isBack(scene, trouble.root, found.lost)) return back(scene, trouble.root, found.symptom, found.lost);
    return [judge(scene, trouble.root, found.symptom, found.lost)];
  },
  foretell,
};

// The kubelet asks again every minute or two; what it still misses after these is missing for another reason.
const ASKING_MINUTES = 10;

function back(scene: Scene, root: ObjectRef, symptom: Symptom, lost: Lost): readonly Hypothesis[] {
  const object = scene.lookup.find(`/${lost.kind}`, root.namespace, lost.name ?? "");
  const made = object?.metadata.creationTimestamp;
  if (!(minutesSince(scene.lookup, made) < ASKING_MINUTES)) return [];
  return [
    {
      category: categoryOf(lost),
      root,
      sentence: `${refText(root)} reads ${lostText(lost)}, which did not exist until ${made}.`,
      cites: [citeSymptom(symptom), citeFound("reference", `${lostText(lost)} was made at ${made}`, refText(root))],
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 } }),
      advice: { is: "nothing", because: `${lostText(lost)} is there by now: the kubelet asks again by itself.` },
      culprit: null,
      wrongIf: `its pods still do not start some minutes after ${lostText(lost)} came`,
    },
  ];
}

function judge(scene: Scene, root: ObjectRef, symptom: Symptom, lost: Lost): Hypothesis {
  const sentence = `${refText(root)} reads ${lostText(lost)}, which does not exist.`;
  const category = categoryOf(lost);
  const wrongIf = `${lostText(lost)} is there`;
  const absence = citeAbsence(
    "reference",
    `${lostText(lost)} is not there`,
    `${lost.kind}/${root.namespace}/${lost.name ?? ""}`,
  );
  const facts = isAbsent(scene, root, lost) ? [absence] : [];
  const coming = toCome(scene, root, lost);
  const [first, ...rest] = coming === undefined ? culprits(scene, root, lost) : [];
  const removed = removal(scene, root, lost);
  // What was there when it was first asked for is missing for another reason.
  const isGoneSince = (removed?.culprit?.at ?? "") > (first?.commit?.at ?? "");
  if (first !== undefined && !isGoneSince) {
    return blame({
      category: first.object.kind === "ConfigMap" ? "configmap_content" : category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [first, ...rest],
      facts,
      prior: { right: 29, wrong: 1 },
      supports: facts.length,
      wrongIf,
    });
  }
  const repair = coming ?? removed ?? renamed(scene, root, lost);
  const advice: Advice = repair?.advice ?? {
    is: "person",
    because: `Make ${lostText(lost)} in ${root.namespace}, or say what ${root.name} should read instead.`,
  };
  return {
    category,
    root,
    sentence,
    cites: [citeSymptom(symptom), ...facts, ...(repair?.cites ?? [])],
    confidence: confidenceOf({ prior: { right: 29, wrong: 2 }, supports: facts.length }),
    advice,
    culprit: repair?.culprit ?? null,
    wrongIf,
  };
}

function categoryOf(lost: Lost): Category {
  if (lost.kind === "Secret") return "secret_missing";
  return lost.kind === "PersistentVolumeClaim" ? "pvc_storage" : "configmap_missing";
}

// The kubelet asks for nothing else than that everything which is not optional is there.
function foretell(after: Scene, { root }: Hypothesis): Foretold {
  const template = podTemplateOf(after.lookup.get(root));
  if (template === undefined) return { silent: "unknown", because: `${refText(root)} is not among what was read` };
  const asked = referencesOf(template).filter(({ optional }) => !optional);
  const missing = asked.find((reference) => isMissing(after, root, reference));
  if (missing !== undefined) {
    const what = missing.key === null ? "" : `key ${missing.key} of `;
    return { silent: false, because: `${what}${missing.kind} ${missing.name} would still not be there` };
  }
  return { silent: true, because: `everything that ${root.name} reads would be there` };
}

function isMissing(after: Scene, root: ObjectRef, { kind, name, key }: Reference): boolean {
  const object = after.lookup.find(`/${kind}`, root.namespace, name);
  if (object === undefined) return after.lookup.isListed(`/${kind}`, root.namespace);
  return key !== null && !(key in mapAt(object, "data")) && !(key in mapAt(object, "binaryData"));
}
