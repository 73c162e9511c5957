import { type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { citeCommit } from "../culprit.ts";
import { removalOf } from "../history.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { mapAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { declaredAt } from "../suspects.ts";
import { bringBack, citeFound, setting, slipText } from "../telling.ts";
import type { Reference } from "../workload.ts";
import { askers, type Lost } from "./lost.ts";

/** What brings back what is lost, or what stands in for it. */
type Repair = { readonly advice: Advice; readonly cites: Hypothesis["cites"]; readonly culprit: Hypothesis["culprit"] };

/** The object itself stood in git, and a commit took it away; undefined where it did not. */
export function removal(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  const ref = lost.key === null ? refOfLost(root, lost) : undefined;
  const gone = ref === undefined ? undefined : removalOf(scene, ref);
  return (
    ref &&
    gone && {
      advice: bringBack(gone),
      cites: citeCommit(gone.culprit, `removed ${refText(ref)}`),
      culprit: gone.culprit,
    }
  );
}

/** What is lost is still to come, by whoever brings it; undefined where nobody does. */
export function toCome(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  const ref = refOfLost(root, lost);
  const found = ref === undefined ? undefined : awaited(scene, ref, lost.key);
  return found && { ...found, culprit: null };
}

function refOfLost({ namespace }: ObjectRef, { kind, name }: Lost): ObjectRef | undefined {
  return name === null ? undefined : { apiVersion: "v1", kind, namespace, name };
}

/** What exists beside it under almost the same name; undefined where nothing does. */
export function renamed(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  const [asker] = askers(scene, root, lost);
  if (asker === undefined || !scene.lookup.isListed(`/${lost.kind}`, root.namespace)) return undefined;
  const wanted = lost.key ?? lost.name;
  const path = lost.key === null ? asker.path : asker.keyPath;
  if (wanted === null || path === null || declaredAt(scene, root, path) !== wanted) return undefined;
  const meant = nearestName(wanted, lost.key === null ? holders(scene, root, lost, asker) : keysOf(scene, root, lost));
  if (meant === undefined) return undefined;
  const basis = slipText(meant, wanted);
  const paths = askers(scene, root, lost).map((candidate) =>
    lost.key === null ? candidate.path : (candidate.keyPath ?? path),
  );
  const fields = paths.map((each) => ({ path: each, from: wanted, to: meant }));
  return {
    advice: {
      is: "change",
      intents: [setting("set-reference", root, fields, basis)],
      because: `Read ${meant} instead of ${wanted}: ${basis}.`,
    },
    cites: [citeFound("reference", basis, `${lost.kind}/${root.namespace}/${meant}`)],
    culprit: null,
  };
}

// Only an object that has the key that is asked for can have been meant.
function holders(scene: Scene, root: ObjectRef, lost: Lost, asker: Reference): readonly string[] {
  return scene.lookup
    .all(`/${lost.kind}`)
    .filter((object) => object.metadata.namespace === root.namespace)
    .filter((object) => asker.key === null || asker.key in mapAt(object, "data"))
    .map((object) => object.metadata.name);
}

function keysOf(scene: Scene, root: ObjectRef, lost: Lost): readonly string[] {
  const object = lost.name === null ? undefined : scene.lookup.find(`/${lost.kind}`, root.namespace, lost.name);
  return [...Object.keys(mapAt(object, "data")), ...Object.keys(mapAt(object, "binaryData"))];
}
