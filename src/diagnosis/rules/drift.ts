import { applierOf } from "../../manifest/flux/applier.ts";
import { isEqual, isMap } from "../../manifest/json.ts";
import { type FieldPath, itemSelector, pathText, valueAt } from "../../manifest/path.ts";
import { type Json, type KubernetesObject, type ObjectRef, refText } from "../../signal/object.ts";
import { isRedacted } from "../../signal/secret-forms.ts";
import { bearsOn } from "../bearing.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredOf } from "../declared.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { affinity } from "../match.ts";
import { endsOtherwise } from "../message/log.ts";
import { textAt } from "../read.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import type { Suspect } from "../suspect.ts";
import type { Ailment, Trouble } from "../symptom.ts";
import { citeFound, citeSymptom, short } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** What runs is not what git says: somebody changed it by hand, or the newest commit is not applied yet. */
export const drift: Rule = {
  name: "differs-from-git",
  categories: ["drift", "no_op"],
  sees: [
    "pull",
    "hindered",
    "mount",
    "crash",
    "unready",
    "waiting",
    "unschedulable",
    "refused",
    "no-backends",
    "no-port",
  ],
  silentIf: ["what differs has no bearing on what is wrong", "git does not say it, or says the same in other words"],
  asksFor: {},
  diagnose: (scene, trouble) => {
    const live = scene.lookup.get(trouble.root);
    const declared = declaredOf(scene, trouble.root);
    if (live === undefined || declared === undefined) return [];
    const bearing = differencesOf(declared, live).find(({ path, git, live: to }) =>
      trouble.symptoms.some(
        ({ ailment }) =>
          bearsOn(ailment, path) &&
          !speaksOfElse(ailment, { object: trouble.root, path, from: git, to, commit: null, worked: null }),
      ),
    );
    return bearing === undefined ? [] : [hypothesis(scene, trouble, bearing)];
  },
};

// A program that ends by a cause of its own does not end by what it does not speak of.
function speaksOfElse(ailment: Ailment, change: Suspect): boolean {
  const complaints = "complaints" in ailment ? ailment.complaints : [];
  return endsOtherwise(complaints, (said) => affinity([said], change) > 0);
}

type Difference = { readonly path: FieldPath; readonly git: Json; readonly live: Json | undefined };

// Only what git says counts: the API server adds defaults, controllers add their own.
function differencesOf(declared: KubernetesObject, live: KubernetesObject): readonly Difference[] {
  const template = podTemplateOf(declared);
  const top = template === undefined ? (declared.kind === "Service" ? ["spec"] : undefined) : template.path;
  if (top === undefined) return [];
  return subset(valueAt(declared, top), valueAt(live, top), top);
}

function subset(git: Json | undefined, live: Json | undefined, path: FieldPath): readonly Difference[] {
  if (git === undefined || git === null || isEqual(git, live) || isSameText(git, live)) return [];
  if (isMap(git) && isMap(live))
    return Object.entries(git).flatMap(([key, value]) => subset(value, live[key], [...path, key]));
  if (Array.isArray(git) && Array.isArray(live)) return lists(git as readonly Json[], live as readonly Json[], path);
  return [{ path, git, live }];
}

function lists(git: readonly Json[], live: readonly Json[], path: FieldPath): readonly Difference[] {
  return git.flatMap((item, index) => {
    const name = isMap(item) ? item["name"] : undefined;
    const step = typeof name === "string" ? `[name=${name}]` : index;
    const selector = itemSelector(step);
    const twin =
      selector === undefined ? live[index] : live.find((other) => isMap(other) && other["name"] === selector.value);
    return subset(item, twin, [...path, step]);
  });
}

// Quantities and numbers may be written in several ways that mean the same.
function isSameText(git: Json, live: Json | undefined): boolean {
  // What was redacted of the live object may well be what git says, and must not be told either.
  if (typeof live === "string" && isRedacted(live)) return true;
  return (typeof git === "number" || typeof git === "string") && String(git) === String(live);
}

function hypothesis(scene: Scene, { root, symptoms }: Trouble, { path, git, live }: Difference): Hypothesis {
  const field = `${pathText(path)} of ${refText(root)}`;
  const text = `${field} is ${short(live)}, and git says ${short(git)}`;
  return {
    category: isAhead(scene, root) ? "no_op" : "drift",
    root,
    sentence: `${text}.`,
    cites: [...symptoms.slice(0, 2).map(citeSymptom), citeFound("drift", text, refText(root))],
    confidence: confidenceOf({ prior: { right: 24, wrong: 1 }, supports: 1 }),
    advice: { is: "nothing", because: `Git says ${short(git)} already: Flux brings ${root.name} back to it.` },
    culprit: null,
    wrongIf: `Flux has applied the newest commit and ${field} stays as it is`,
  };
}

// Flux has not applied the newest commit yet.
function isAhead(scene: Scene, root: ObjectRef): boolean {
  const applier = applierOf(scene.lookup.get(root), "Kustomization");
  if (applier === undefined || !scene.history.known) return false;
  const attempted = textAt(scene.lookup.get(applier), "status", "lastAttemptedRevision");
  return attempted !== undefined && !attempted.endsWith(scene.history.head);
}
