import type { FieldChange } from "../manifest/difference.ts";
import type { FluxKustomization } from "../manifest/flux/kustomization.ts";
import { isEqual } from "../manifest/json.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { valueAt } from "../manifest/path.ts";
import { isSameObject, keyOf, refOf, refText } from "../signal/object.ts";
import { renderersOf } from "./look.ts";
import { isCarried, type Marks, placeText } from "./marks.ts";
import { isOf, objectsOf, type Pair, refOfPair } from "./pairs.ts";

/** What may follow from the changes that are meant, in one Kustomization. */
export type Causes = {
  readonly kustomization: FluxKustomization;
  readonly changes: readonly FieldChange[];
  readonly pairs: readonly Pair[];
  readonly marks: Marks;
  /** The repository with all of the causing commit taken back. */
  readonly undone: Manifests | null;
};

/** What follows from taking back the bytes of the causing commit: in other clusters, or beside the fields that were named. */
export const UNDONE = "the commit that is undone";

/** What a change that was not asked for itself follows from, or undefined where nothing asked for explains it. */
export function causeOf(change: FieldChange, pair: Pair, causes: Causes): string | undefined {
  return (
    renaming(change, causes.pairs) ??
    ownSpec(causes) ??
    variable(change, pair, causes) ??
    values(pair, causes) ??
    undoing(change, pair, causes)
  );
}

// A generated ConfigMap or Secret is named after its content, and what refers to it follows.
function renaming({ from, to }: FieldChange, pairs: readonly Pair[]): string | undefined {
  const renamed = pairs.find(({ before, after }) => {
    const [old, fresh] = [before?.object.metadata.name, after?.object.metadata.name];
    return old !== undefined && fresh !== undefined && old !== fresh && old === from && fresh === to;
  });
  return renamed === undefined ? undefined : `the content of ${refText(refOfPair(renamed))}, which its name is made of`;
}

function ownSpec({ kustomization: { ref }, changes }: Causes): string | undefined {
  const isMeant = ref !== null && changes.some(({ object }) => isSameObject(object, ref));
  return isMeant ? `what ${ref.kind} ${ref.name} itself says` : undefined;
}

// The carrier of a variable whose use was asked for, or a use of a variable whose carrier was.
function variable({ path }: FieldChange, { after }: Pair, { marks }: Causes): string | undefined {
  const origin = after?.originOf(path);
  if (origin === undefined) return undefined;
  const used = origin.variables?.find((each) => each.origin !== null && marks.places.has(placeText(each.origin)));
  if (used !== undefined) return `the variable ${used.name}`;
  return isCarried(marks, origin) ? "the variable that it carries" : undefined;
}

// A chart may say the same value in several fields of one object: a version in the image and in a label.
function values({ before, after }: Pair, { kustomization: { ref }, changes }: Causes): string | undefined {
  if (ref?.kind !== "HelmRelease") return undefined;
  const isMeant = changes.some(({ object }) => isOf(object, { before, after }));
  return isMeant ? `the values of ${refText(ref)}` : undefined;
}

function undoing(change: FieldChange, pair: Pair, { kustomization, undone }: Causes): string | undefined {
  if (undone === null) return undefined;
  const isThere = renderersOf(undone).some(({ id }) => id === kustomization.id);
  const rendering = isThere ? undone.render(kustomization.id) : undefined;
  if (rendering?.ok === false) return undefined;
  const names = new Set(objectsOf(pair).map(({ object }) => keyOf(refOf(object))));
  const was = rendering?.objects.find(({ object }) => names.has(keyOf(refOf(object))))?.object;
  const isBack = isEqual(was === undefined ? undefined : valueAt(was, change.path), change.to);
  return isBack ? UNDONE : undefined;
}
