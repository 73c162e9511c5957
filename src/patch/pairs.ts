import { hasHash, stemOf } from "../manifest/generated-name.ts";
import type { RenderedObject, Rendering } from "../manifest/rendered.ts";
import { isSameObject, keyOf, type ObjectRef, refOf } from "../signal/object.ts";

/** One object in two renderings; undefined where it is not there. */
export type Pair = { readonly before: RenderedObject | undefined; readonly after: RenderedObject | undefined };

/** The objects of two renderings side by side; what is generated is the same object though its name follows its content. */
export function pairsOf(before: Rendering | undefined, after: Rendering | undefined): readonly Pair[] {
  const old = byKey(before);
  const fresh = byKey(after);
  const pairs = [...old].flatMap(([key, object]) => {
    const same = fresh.get(key) ?? renamed(object, old, fresh);
    return [{ before: object, after: same }];
  });
  const paired = new Set(pairs.map((pair) => pair.after));
  const added = [...fresh.values()].filter((object) => !paired.has(object));
  return [...pairs, ...added.map((object) => ({ before: undefined, after: object }))];
}

/** The reference of the object in either rendering, as it was before where it was there. */
export function refOfPair({ before, after }: Pair): ObjectRef {
  const named = before ?? after;
  if (named === undefined) throw new Error("A pair of objects without an object");
  return refOf(named.object);
}

/** Whether the pair is of this object. */
export function isOf(object: ObjectRef, pair: Pair): boolean {
  // What names no namespace in git lands in `default`.
  const inGit = object.namespace === "default" ? { ...object, namespace: null } : object;
  return objectsOf(pair).some(
    (one) => isSameObject(object, refOf(one.object)) || isSameObject(inGit, refOf(one.object)),
  );
}

/** The objects of a pair that are there. */
export function objectsOf({ before, after }: Pair): readonly RenderedObject[] {
  return [before, after].filter((object) => object !== undefined);
}

type Objects = ReadonlyMap<string, RenderedObject>;

function byKey(rendering: Rendering | undefined): Objects {
  const objects = rendering?.ok ? rendering.objects : [];
  return new Map(objects.map((object) => [keyOf(refOf(object.object)), object]));
}

function renamed(object: RenderedObject, old: Objects, fresh: Objects): RenderedObject | undefined {
  if (object.origin.way !== "generator" || !hasHash(object.object.metadata.name)) return undefined;
  const stem = stemKey(object);
  const candidates = [...fresh].filter(
    ([key, other]) => !old.has(key) && other.origin.way === "generator" && stemKey(other) === stem,
  );
  return candidates.length === 1 ? candidates[0]?.[1] : undefined;
}

function stemKey({ object }: RenderedObject): string {
  const ref = refOf(object);
  return keyOf({ ...ref, name: stemOf(ref.name) });
}
