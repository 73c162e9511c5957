import { type ObjectRef, refText } from "../../signal/object.ts";
import { citeCommit } from "../culprit.ts";
import { declaredOf } from "../declared.ts";
import { appliedOnce } from "../flux/inventory.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { mapAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, removalOf } from "../suspects.ts";
import { bringBack, citeFound, setting, slipText } from "../telling.ts";
import type { Reference } from "../workload.ts";
import { askers, type Lost } from "./lost.ts";

/** What brings back what is lost, or what stands in for it. */
type Repair = { readonly advice: Advice; readonly cites: Hypothesis["cites"]; readonly culprit: Hypothesis["culprit"] };

/** The object itself stood in git, and a commit took it away; undefined where it did not. */
export function removal(scene: Scene, root: ObjectRef, lost: Lost): Repair | undefined {
  if (lost.name === null || lost.key !== null) return undefined;
  const ref = { apiVersion: "v1", kind: lost.kind, namespace: root.namespace, name: lost.name };
  if (declaredOf(scene, ref) !== undefined) return awaited(scene, ref);
  const gone = removalOf(scene, ref);
  return (
    gone && {
      advice: bringBack(gone),
      cites: citeCommit(gone.culprit, `removed ${refText(ref)}`),
      culprit: gone.culprit,
    }
  );
}

function awaited({ lookup }: Scene, ref: ObjectRef): Repair {
  const applied = appliedOnce(lookup, ref);
  const because =
    applied === undefined
      ? `${refText(ref)} is in git already: see why it has not been applied.`
      : `${refText(ref)} is in git and was deleted by hand: Flux makes it again.`;
  const known = citeFound("reference", `${refText(ref)} is in the repository`, refText(ref));
  return {
    advice: { is: "nothing", because },
    cites: applied === undefined ? [known] : [known, applied],
    culprit: null,
  };
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
