import { kindKey, type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { isPodField } from "../bearing.ts";
import { blame } from "../blame.ts";
import type { Category } from "../category.ts";
import { removalOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { namesIn } from "../lookup.ts";
import { nearestName } from "../reference/nearest.ts";
import { declaredAt, suspectsOf } from "../suspects.ts";
import { bringBack, citeAbsence, setting, slipText } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";
import { forPeople, type Refusal } from "./refusal.ts";

/** What the pods name and the cluster does not have. */
type Missing = {
  readonly category: Category;
  readonly target: ObjectRef;
  /** The pod's field that names it, and an older name of the same. */
  readonly fields: readonly [string, ...string[]];
};

/** The service account does not exist. */
export function missingAccount(found: Refusal): Hypothesis {
  const target = { apiVersion: "v1", kind: "ServiceAccount", namespace: found.root.namespace, name: nameOf(found) };
  return missing(found, {
    category: "rbac_serviceaccount",
    target,
    fields: ["serviceAccountName", "serviceAccount"],
  });
}

/** The priority class does not exist. */
export function missingPriorityClass(found: Refusal): Hypothesis {
  const target = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", namespace: null, name: nameOf(found) };
  return missing(found, { category: "scheduling_constraints", target, fields: ["priorityClassName"] });
}

/** The runtime class does not exist. */
export function missingRuntimeClass(found: Refusal): Hypothesis {
  const target = { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", namespace: null, name: nameOf(found) };
  return missing(found, { category: "security_context", target, fields: ["runtimeClassName"] });
}

function nameOf({ refusal }: Refusal): string {
  return "name" in refusal ? refusal.name : "";
}

function missing(found: Refusal, { category, target, fields }: Missing): Hypothesis {
  const { scene, root, symptom } = found;
  const sentence = `${refText(root)} may not create pods: its ${fields[0]} ${target.name} does not exist.`;
  const coming = awaited(scene, target);
  if (coming !== undefined) {
    const asked = forPeople(found, category, coming.advice.because);
    return { ...asked, sentence, cites: [...asked.cites, ...coming.cites], advice: coming.advice };
  }
  const changed = suspectsOf(scene, root).find(
    (suspect) => isPodField(suspect, ...fields) && suspect.to === target.name,
  );
  if (changed !== undefined) {
    return blame({
      category,
      root,
      sentence,
      symptoms: [symptom],
      suspects: [changed],
      prior: { right: 19, wrong: 1 },
      wrongIf: `${refText(target)} is there`,
    });
  }
  const absence = citeAbsence("reference", `${refText(target)} does not exist`, refText(target));
  const unmeant = forPeople(found, category, `Make ${refText(target)}, or name the one that was meant.`);
  const base = { ...unmeant, sentence, cites: [...unmeant.cites, absence] };
  const gone = removalOf(scene, target);
  if (gone === undefined) return slipped(found, { category, target, fields }, base);
  return { ...base, culprit: gone.culprit, advice: bringBack(gone) };
}

function slipped({ scene, root }: Refusal, { target, fields }: Missing, base: Hypothesis): Hypothesis {
  const path = [...(podTemplateOf(scene.lookup.get(root))?.path ?? []), fields[0]];
  const meant = nearestName(target.name, namesIn(scene.lookup, kindKey(target), target.namespace));
  if (meant === undefined || declaredAt(scene, root, path) !== target.name) return base;
  const basis = slipText(`${target.kind} ${meant}`, target.name);
  return {
    ...base,
    advice: {
      is: "change",
      intents: [setting("set-reference", root, [{ path, from: target.name, to: meant }], basis)],
      because: `Use ${meant}: ${basis}.`,
    },
  };
}
