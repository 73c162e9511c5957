import { type Json, type JsonMap, type KubernetesObject, refText } from "../../signal/object.ts";
import { raisesAny } from "../amounts.ts";
import { blame } from "../blame.ts";
import { limitsOf, requestsOf } from "../fitting.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import type { Amounts, Refused } from "../message/admission.ts";
import { quantityOf } from "../quantity.ts";
import { mapAt } from "../read.ts";
import { ofOneCommit } from "../suspect.ts";
import { suspectsOf } from "../suspects.ts";
import { formerPodsKilled } from "../symptoms/former.ts";
import { forPeople, isResources, type Refusal } from "./refusal.ts";

/** More than the quota holds for all together was never meant; more than is left of it is for people to weigh. */
export function overQuota(found: Refusal): Hypothesis {
  const { scene, root, symptom, refusal } = found;
  if (refusal.is !== "quota") return forPeople(found, "quota", "");
  const alone = Object.keys(refusal.requested).filter((name) => exceeds(refusal.requested, refusal.limited, name));
  const raised = suspectsOf(scene, root).filter((suspect) => raisesAny(suspect, alone));
  const wasNeeded = formerPodsKilled(scene.lookup, root);
  const suspects = ofOneCommit(raised);
  if (suspects !== undefined && !wasNeeded) {
    return blame({
      category: "scheduling_resources",
      root,
      sentence: `One pod of ${refText(root)} asks for ${amountText(refusal.requested, alone)}, more than quota ${refusal.quota} holds for the whole namespace.`,
      symptoms: [symptom],
      suspects,
      prior: { right: 14, wrong: 1 },
      wrongIf: "the program really needs that much",
    });
  }
  return quotaForPeople(found, refusal);
}

function quotaForPeople(found: Refusal, refusal: Extract<Refused, { is: "quota" }>): Hypothesis {
  const { scene, root } = found;
  const quota = { apiVersion: "v1", kind: "ResourceQuota", namespace: root.namespace, name: refusal.quota };
  const lowered = historyOf(scene, quota).find(
    (suspect) => suspect.path.includes("hard") && isLess(suspect.to, suspect.from),
  );
  const grown = suspectsOf(scene, root).find((suspect) => isResources(suspect) || suspect.path.at(-1) === "replicas");
  const told = `quota ${refusal.quota} allows ${amountText(refusal.limited, Object.keys(refusal.limited))}, of which ${amountText(refusal.used, Object.keys(refusal.used))} is used, and a pod asks for ${amountText(refusal.requested, Object.keys(refusal.requested))}`;
  const because = `Raise quota ${refusal.quota}, ask for less, or make room: ${told}. Only people may loosen a quota.`;
  return forPeople(found, "quota", because, lowered ?? grown);
}

function exceeds(requested: Amounts, limited: Amounts, name: string): boolean {
  const [asked, most] = [quantityOf(requested[name]), quantityOf(limited[name])];
  return asked !== undefined && most !== undefined && asked > most;
}

function isLess(to: Json | undefined, from: Json | undefined): boolean {
  const [now, before] = [quantityOf(to), quantityOf(from)];
  return now !== undefined && (before === undefined || now < before);
}

function amountText(amounts: Amounts, names: readonly string[]): string {
  return names.map((name) => `${amounts[name] ?? ""} ${name}`).join(", ");
}

/** Whether one more pod of this spec asks for more than the quota has left. */
export function isOver(quota: KubernetesObject, spec: JsonMap): boolean {
  const [asked, most] = [requestsOf(spec), limitsOf(spec)];
  return (["cpu", "memory"] as const).some(
    (resource) =>
      isMoreThanLeft(quota, `requests.${resource}`, asked[resource]) ||
      isMoreThanLeft(quota, resource, asked[resource]) ||
      isMoreThanLeft(quota, `limits.${resource}`, most[resource]),
  );
}

function isMoreThanLeft(quota: KubernetesObject, name: string, wanted: number): boolean {
  const hard = quantityOf(mapAt(quota, "status", "hard")[name] ?? mapAt(quota, "spec", "hard")[name]);
  const used = quantityOf(mapAt(quota, "status", "used")[name]) ?? 0;
  return hard !== undefined && used + wanted > hard;
}
