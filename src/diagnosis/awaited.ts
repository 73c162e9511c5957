import { leavesOf } from "../manifest/field-query.ts";
import { valueAt } from "../manifest/path.ts";
import { groupOf, type KubernetesObject, type ObjectRef, refOf, refText } from "../signal/object.ts";
import { declaredHere, declaredObjects } from "./declared.ts";
import { appliedOnce } from "./flux/inventory.ts";
import type { Advice, FactDraft } from "./hypothesis.ts";
import { conditionOf, mapAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import { isSuspended } from "./symptoms/flux.ts";
import { citeFound } from "./telling.ts";

/** What is not there and is still to come, by whoever brings it: whoever asks for it asks rightly. */
export type Awaited = { readonly advice: Advice; readonly cites: readonly FactDraft[] };

type Key = string | null;

/** An object, or one key of it, that is not there: git has it, or something that an operator makes it of is there. */
export function awaited(scene: Scene, ref: ObjectRef, key: Key = null): Awaited | undefined {
  const declared = declaredHere(scene, ref);
  if (declared !== undefined && hasKey(declared.object, key)) return inGit(scene, ref, declared.by);
  const maker = key === null ? makerOf(scene, ref) : undefined;
  return maker && beingMade(ref, maker);
}

function hasKey(object: KubernetesObject, key: Key): boolean {
  return key === null || ["data", "stringData", "binaryData"].some((field) => key in mapAt(object, field));
}

function inGit({ lookup }: Scene, ref: ObjectRef, by: ObjectRef | null): Awaited {
  const known = citeFound("reference", `${refText(ref)} is in the repository`, refText(ref));
  const applied = appliedOnce(lookup, ref);
  if (applied !== undefined)
    return told([known, applied], "nothing", `${refText(ref)} is in git and was deleted by hand: Flux makes it again.`);
  const bringer = by === null ? undefined : lookup.get(by);
  const isHeld = bringer !== undefined && (isSuspended(bringer) || conditionOf(bringer, "Ready")?.status === "False");
  return isHeld
    ? told([known], "person", `${refText(ref)} is in git: see why ${refText(refOf(bringer))} does not apply it.`)
    : told([known], "nothing", `${refText(ref)} is in git already: see why it has not been applied.`);
}

function beingMade(ref: ObjectRef, maker: KubernetesObject): Awaited {
  const told = `${refText(refOf(maker))} is there to make ${refText(ref)}`;
  return {
    advice: { is: "person", because: `${told}: see why it has not.` },
    cites: [citeFound("reference", told, refText(refOf(maker)))],
  };
}

function told(cites: readonly FactDraft[], is: "nothing" | "person", because: string): Awaited {
  return { advice: { is, because }, cites };
}

// What operators make Secrets of is called after that: ExternalSecret, SealedSecret, Certificate, OnePasswordItem, KafkaUser.
const MAKERS = /(?:Secret|Certificate|Credentials?|Password|Item|User)$/;

function makerOf({ lookup, manifests }: Scene, { kind, namespace, name }: ObjectRef): KubernetesObject | undefined {
  if (kind !== "Secret") return undefined;
  return [...lookup.world.objects, ...declaredObjects(manifests)].find(
    (object) =>
      groupOf(object.apiVersion) !== "" &&
      MAKERS.test(object.kind) &&
      [null, namespace].includes(object.metadata.namespace ?? null) &&
      (object.metadata.name === name || names(object, name)),
  );
}

function names(object: KubernetesObject, name: string): boolean {
  return leavesOf(object["spec"] ?? null, ["spec"]).some((path) => valueAt(object, path) === name);
}
