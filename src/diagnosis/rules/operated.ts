import type { FieldPath } from "../../manifest/path.ts";
import { groupOf, type Json, type ObjectRef, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { speaksOf } from "../denial.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { hasWord, newWords } from "../match.ts";
import type { Predicate } from "../message/scheduling.ts";
import { beganLongAfter } from "../proven.ts";
import { isWhateverImage } from "../pull/outside.ts";
import { quantityOf } from "../quantity.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { valueText } from "../suspects.ts";
import type { Ailment, Symptom, Trouble } from "../symptom.ts";

/** A custom object whose newest change its operator made into pods that cannot run, by what the field is called or says. */
export const operated: Rule = {
  name: "operator-makes-what-fails",
  categories: ["operator_cr"],
  sees: ["pull", "unschedulable", "refused", "hindered"],
  silentIf: [
    "the pods are no operator's, or Flux's own",
    "the pods were there before the commit",
    "what the commit changed is not what the pods fail by, or asks for less",
    "the registry is not well, whatever image is asked for",
  ],
  asksFor: { "restore-fields": "what the commit changed of the object that the operator reads" },
  diagnose: (scene, trouble) => {
    if (!isCustom(trouble.root)) return [];
    const found = changed(scene, trouble);
    return found === undefined ? [] : [found];
  },
};

// Kubernetes' own groups have no dot or end so; what Flux makes has rules of its own.
function isCustom({ apiVersion }: ObjectRef): boolean {
  const group = groupOf(apiVersion);
  return group.includes(".") && !/(?:^|\.)(?:k8s\.io|fluxcd\.io)$/.test(group);
}

function changed(scene: Scene, { root, symptoms }: Trouble): Hypothesis | undefined {
  const history = historyOf(scene, root).filter(({ path }) => path[0] === "spec");
  for (const symptom of symptoms) {
    const suspects = ofOneCommit(
      history.filter((suspect) => isSince(scene, symptom, suspect) && isWhatFails(symptom.ailment, suspect)),
    );
    if (suspects === undefined) continue;
    return blame({
      category: "operator_cr",
      root,
      sentence: `${refText(root)} asks its operator for pods that cannot run: ${symptom.text}.`,
      symptoms: [symptom],
      suspects,
      prior: { right: 19, wrong: 1 },
      supports: 1,
      wrongIf: "the pods fail in the same way with the old value",
    });
  }
  return undefined;
}

// Pods that are older than the commit, or much younger, fail by something else.
function isSince({ lookup }: Scene, { object }: Symptom, { commit }: Suspect): boolean {
  const made = lookup.get(object)?.metadata.creationTimestamp;
  if (made === undefined || commit === null || beganLongAfter(made, { commit })) return false;
  return Date.parse(made) >= Date.parse(commit.at);
}

function isWhatFails(ailment: Ailment, suspect: Suspect): boolean {
  switch (ailment.is) {
    case "pull":
      return (
        isPartOf(ailment.image, suspect.to) &&
        !isPartOf(ailment.image, suspect.from) &&
        !isWhateverImage(ailment, imageBefore(ailment.image, suspect))
      );
    case "unschedulable":
      return ailment.predicates.some(
        (predicate) => !isBeside(suspect, predicate) && isCalled(suspect, placedBy(predicate)),
      );
    case "refused":
    case "hindered":
      return isCalled(suspect, ALLOWED_BY) && isSpokenOf(ailment, suspect);
    default:
      return false;
  }
}

function isPartOf(image: string, value: Json | undefined): boolean {
  const text = valueText(value);
  return text.length > 1 && (image === text || image.split(/[/:@]/).includes(text) || image.startsWith(`${text}:`));
}

const ALLOWED_BY = /securityContext|serviceAccount|runAs|priorityClass|runtimeClass/i;

// By the field that came, or by the name that it was given.
function isSpokenOf({ message }: Extract<Ailment, { is: "refused" | "hindered" }>, suspect: Suspect): boolean {
  return speaksOf(message, suspect) || newWords(suspect).some((word) => hasWord(message, word));
}

// What the operator made of the old value, which may be a tag only.
function imageBefore(image: string, { from, to }: Suspect): string {
  return image.replace(valueText(to), () => valueText(from));
}

// A few pods more are wanted, and it is for people to make room; a multiple of them is a slip.
const LEAP = 5;

// What operators call the fields that a pod's placement hangs on: as the pod itself does.
function placedBy({ obstacle }: Predicate): RegExp {
  switch (obstacle.is) {
    case "resource":
      return /^(replicas|requests|limits|resources|cpu|memory|instances|size|nodes)$/i;
    case "pods":
      return /^(replicas|instances|size|nodes)$/i;
    case "taint":
      return /^tolerations$/i;
    case "selector":
      return /^(nodeSelector|affinity|nodeAffinity)$/i;
    case "affinity":
    case "anti-affinity":
      return /affinity|^replicas$/i;
    case "spread":
      return /^topologySpread/i;
    default:
      return /^schedulerName$/;
  }
}

// Who asks for less finds room sooner, and who asks for more memory finds as many processors.
function isBeside({ path, from, to }: Suspect, { obstacle }: Predicate): boolean {
  const [before, now] = [quantityOf(from), quantityOf(to)];
  const at = path.findIndex((step) => step === "requests" || step === "limits");
  const named = at < 0 ? undefined : path[at + 1];
  const isOther = obstacle.is === "resource" && named !== undefined && named !== obstacle.resource;
  return isOther || (before !== undefined && now !== undefined && now < before);
}

function isCalled({ path, from, to }: Suspect, called: RegExp): boolean {
  if (typeof from === "number" && typeof to === "number" && to < LEAP * from) return false;
  return [...path, ...namesIn(to)].some((step: FieldPath[number]) => called.test(String(step)));
}

// A part that came as a whole is called by what stands in it.
function namesIn(value: Json | undefined): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
