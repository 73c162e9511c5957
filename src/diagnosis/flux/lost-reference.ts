import { type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { culpritOf } from "../culprit.ts";
import { declaredOf } from "../declared.ts";
import { removalOf } from "../history.ts";
import type { Advice, Culprit } from "../hypothesis.ts";
import { namesIn } from "../lookup.ts";
import { basisText } from "../reference/basis.ts";
import { resolveName } from "../reference/name.ts";
import type { Scene } from "../scene.ts";
import { bringBack } from "../telling.ts";

/** A ConfigMap or Secret that a Flux object names in its own namespace, and where it names it. */
export type LostReference = {
  readonly kind: string;
  readonly name: string;
  readonly path: (string | number)[];
};

/** What is to be done about a ConfigMap or Secret that is not there, and the commit that took it away. */
type Mend = { readonly advice: Advice; readonly culprit: Culprit | null };

/** What is lost is still to come, by whoever brings it; undefined where nobody does. */
export function toCome(scene: Scene, root: ObjectRef, { kind, name }: LostReference): Mend | undefined {
  const ref: ObjectRef = { apiVersion: "v1", kind, namespace: root.namespace, name };
  const coming = scene.lookup.get(ref) === undefined ? awaited(scene, ref) : undefined;
  return coming && { advice: coming.advice, culprit: null };
}

/**
 * Follows a lost ConfigMap or Secret to its other name, or brings it back where a commit removed it and put nothing in
 * its place: unlike a dependency, its content is needed. Undefined where nothing tells.
 */
export function mendReference(scene: Scene, root: ObjectRef, lost: LostReference): Mend | undefined {
  const { kind, name, path } = lost;
  const ref: ObjectRef = { apiVersion: "v1", kind, namespace: root.namespace, name };
  if (scene.lookup.get(ref) !== undefined || !scene.lookup.isListed(`/${kind}`, root.namespace)) return undefined;
  if (declaredOf(scene, ref) !== undefined) {
    const because = `${refText(ref)} is in git already: see why it has not been applied.`;
    return { advice: { is: "person", because }, culprit: null };
  }
  const candidates = namesIn(scene.lookup, `/${kind}`, root.namespace);
  const resolution = resolveName(scene.history, { kind, name, candidates });
  if (resolution.is === "follow") {
    const basis = basisText(resolution, refText(ref));
    const fields = [{ path, from: name, to: resolution.to }];
    const culprit = resolution.commit === null ? null : culpritOf(resolution.commit);
    return {
      advice: { is: "change", intents: [{ kind: "set-flux", object: root, fields, basis }], because: basis },
      culprit,
    };
  }
  const removal = removalOf(scene, ref);
  return removal && { advice: bringBack(removal), culprit: removal.culprit };
}
