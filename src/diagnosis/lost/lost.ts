import type { ObjectRef } from "../../signal/object.ts";
import { declaredOf } from "../declared.ts";
import type { Hindrance } from "../message/container.ts";
import { mapAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import type { Symptom, Trouble } from "../symptom.ts";
import { ailing } from "../telling.ts";
import { podTemplateOf, type Reference, referencesOf } from "../workload.ts";

/** What is read and is not there: an object, or one key of it. */
export type Lost = { readonly kind: Reference["kind"]; readonly name: string | null; readonly key: string | null };

/** What the trouble says is not there; undefined where it says no such thing. */
export function lostReference(trouble: Trouble): { readonly symptom: Symptom; readonly lost: Lost } | undefined {
  for (const symptom of ailing(trouble, "hindered", "mount")) {
    const lost = lostIn(symptom.ailment.hindrance);
    if (lost !== undefined) return { symptom, lost };
  }
  for (const symptom of ailing(trouble, "unschedulable")) {
    for (const { obstacle } of symptom.ailment.predicates) {
      if (obstacle.is === "claim-missing")
        return { symptom, lost: { kind: "PersistentVolumeClaim", name: obstacle.claim, key: null } };
    }
  }
  return undefined;
}

function lostIn(hindrance: Hindrance): Lost | undefined {
  if (hindrance.is === "object-missing") return { kind: hindrance.kind, name: hindrance.name, key: null };
  if (hindrance.is === "key-missing") return { kind: hindrance.kind, name: hindrance.name, key: hindrance.key };
  return hindrance.is === "claim-missing"
    ? { kind: "PersistentVolumeClaim", name: hindrance.name, key: null }
    : undefined;
}

/** Since the message was written the object may have come: then the kubelet tries again and all is well. */
export function isBack(scene: Scene, root: ObjectRef, lost: Lost): boolean {
  if (lost.name === null) return false;
  const object = scene.lookup.find(`/${lost.kind}`, root.namespace, lost.name);
  if (object === undefined) return false;
  return lost.key === null || lost.key in mapAt(object, "data") || lost.key in mapAt(object, "binaryData");
}

/** What is lost, in words. */
export function lostText(lost: Lost): string {
  const object = lost.name === null ? `a ${lost.kind}` : `${lost.kind} ${lost.name}`;
  return lost.key === null ? object : `key ${lost.key} of ${object}`;
}

/** Whether all of that kind was read, so that what is missing is not there. */
export function isAbsent(scene: Scene, root: ObjectRef, lost: Lost): boolean {
  return lost.name !== null && scene.lookup.isListed(`/${lost.kind}`, root.namespace);
}

/** The references of the workload, as git has it or as it runs, that ask for what is lost. */
export function askers(scene: Scene, root: ObjectRef, lost: Lost): readonly Reference[] {
  const object = declaredOf(scene, root) ?? scene.lookup.get(root);
  return referencesOf(podTemplateOf(object)).filter(
    (candidate) =>
      candidate.kind === lost.kind &&
      (lost.name === null || candidate.name === lost.name) &&
      (lost.key === null || candidate.key === lost.key),
  );
}
