import { diffObjects, type FieldChange } from "../manifest/difference.ts";
import { stemOf } from "../manifest/generated-name.ts";
import type { Manifests } from "../manifest/manifests.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import type { Attempt } from "./draft.ts";
import { looksAt } from "./look.ts";
import { isOf, objectsOf, type Pair } from "./pairs.ts";
import type { Undone } from "./undo.ts";

/**
 * Takes back all that a commit did to manifests, where it did nothing but to the objects of these changes: lines that
 * took a field away set no field by which they could be found.
 */
export function undoWhole(manifests: Manifests, undone: Undone, changes: readonly FieldChange[]): Attempt {
  const files = [...undone.files].filter(([file]) => isRead(manifests, file) || isRead(undone.manifests, file));
  const paths = files.map(([file]) => file);
  const changed = looksAt(manifests, undone.manifests, paths)
    .flatMap(({ pairs }) => pairs)
    .filter(({ before, after }) => diffObjects(before?.object, after?.object).length > 0);
  const own = changed.filter((pair) => changes.some(({ object }) => isOf(object, pair)));
  const names = new Set(own.flatMap(objectsOf).map(({ object }) => object.metadata.name));
  const isAll = changed.every((pair) => own.some((one) => isTwin(one, pair)) || isRenamedBy(pair, names));
  if (own.length > 0 && isAll) return { ok: true, files: new Map(files) };
  const message = "expected the commit to have changed nothing else, found that it did: take its lines back by hand";
  return { ok: false, refusal: { code: "CONFLICT", message } };
}

function isRead(manifests: Manifests, file: string): boolean {
  return manifests.consumersOf(file).length > 0;
}

// The same object of another cluster that shares the bytes.
function isTwin(one: Pair, other: Pair): boolean {
  const names = new Set(objectsOf(one).map(nameOf));
  return objectsOf(other).every((object) => names.has(nameOf(object)));
}

function nameOf({ object: { kind, metadata } }: RenderedObject): string {
  return `${kind}/${stemOf(metadata.name)}`;
}

function isRenamedBy({ before, after }: Pair, names: ReadonlySet<string>): boolean {
  return diffObjects(before?.object, after?.object).every(
    ({ from, to }) => typeof from === "string" && typeof to === "string" && names.has(from) && names.has(to),
  );
}
