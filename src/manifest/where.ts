import type { Json, KubernetesObject, ObjectRef } from "../signal/object.ts";
import { refOf } from "../signal/object.ts";
import { REDACTED } from "../signal/secret-forms.ts";
import { expandQuery, type FieldQuery, leavesOf } from "./field-query.ts";
import type { Wanted } from "./flux/object-index.ts";
import type { ReleaseValues } from "./flux/release-values.ts";
import type { UnprovenValues } from "./helm/unproven-values.ts";
import type { Manifests } from "./manifests.ts";
import type { Origin } from "./origin.ts";
import { type FieldPath, valueAt } from "./path.ts";

/** One field of one rendered object, and the bytes that set it; undefined where no file does. */
export type FieldOrigin = {
  readonly object: ObjectRef;
  /** The id of the Kustomization that renders the object. */
  readonly kustomization: string;
  readonly path: FieldPath;
  readonly value: Json;
  readonly origin: Origin | undefined;
};

/**
 * Where the fields that a query means are set, in every Kustomization that renders the object. `values.…` of a
 * HelmRelease means what its chart gets in the end, wherever it comes from.
 */
export function whereIs(manifests: Manifests, wanted: Wanted, query: FieldQuery): readonly FieldOrigin[] {
  const merged = query[0] === "values" ? manifests.valuesOf(wanted) : undefined;
  if (merged?.ok === true) return whereInValues(manifests, wanted, merged, query.slice(1));
  return manifests.findObject(wanted).flatMap(({ kustomization, rendered }) => {
    const object = rendered.object;
    return expandQuery(object, query).map((path) => ({
      object: rendered.ref,
      kustomization: kustomization.id,
      path,
      value: valueAt(object, path) as Json,
      origin: path.length === 0 ? rendered.origin : rendered.originOf(path),
    }));
  });
}

/** One scalar field of a live object, and the values of a release that look as if they set it: nothing proves it. */
export type UnprovenField = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  readonly value: Json;
} & UnprovenValues;

/** What may set the fields that a query means of a live object that a release made, where no helm is at hand. */
export function whereItMayBe(
  manifests: Manifests,
  live: readonly KubernetesObject[],
  wanted: Wanted,
  query: FieldQuery,
): readonly UnprovenField[] {
  return live
    .filter((object) => isWanted(object, wanted) && object.kind !== "Secret")
    .flatMap((object) => {
      const scalars = expandQuery(object, query).filter((path) => typeof valueAt(object, path) !== "object");
      return scalars.flatMap((path) =>
        manifests.unprovenOf(object, path).map((values) => ({
          ...{ object: refOf(object), path, value: valueAt(object, path) as Json },
          ...values,
        })),
      );
    });
}

function isWanted(object: KubernetesObject, { kind, namespace, name }: Wanted): boolean {
  const ref = refOf(object);
  const isPlace = namespace === null || (ref.namespace ?? "default") === namespace;
  return ref.kind.toLowerCase() === kind.toLowerCase() && ref.name === name && isPlace;
}

function whereInValues(
  manifests: Manifests,
  wanted: Wanted,
  { values, originOf }: Extract<ReleaseValues, { ok: true }>,
  query: FieldQuery,
): readonly FieldOrigin[] {
  const [found] = manifests.findObject(wanted);
  if (found === undefined) return [];
  return expandQuery(values, query).map((path) => ({
    object: found.rendered.ref,
    kustomization: found.kustomization.id,
    path: ["values", ...path],
    value: valueAt(values, path) as Json,
    origin: originOf(path),
  }));
}

/** Every field within the fields found. */
export function fieldsWithin(manifests: Manifests, found: readonly FieldOrigin[]): readonly FieldOrigin[] {
  return found.flatMap((outer) =>
    manifests
      .findObject(outer.object)
      .filter(({ kustomization }) => kustomization.id === outer.kustomization)
      .flatMap(({ rendered }) =>
        leavesOf(outer.value, outer.path).map((path) => ({
          ...outer,
          path,
          value: valueAt(rendered.object, path) as Json,
          origin: rendered.originOf(path),
        })),
      ),
  );
}

/** The value of a field as it may be shown: nothing of a Secret's data, nothing that is not known. */
export function shownValue({ object, path, value, origin }: FieldOrigin): Json {
  const isSecret = object.kind === "Secret" && (path.length === 0 || path[0] === "data" || path[0] === "stringData");
  const isOpaque = origin?.variables?.some((variable) => variable.isOpaque) === true;
  return isSecret || isOpaque ? REDACTED : value;
}

/** How bytes bear on a field: they set it, hold the value of a variable in it, or were replaced later. */
export type Bearing = "sets" | "variable" | "replaced";

/** One field that some bytes of a file bear on. */
export type TouchedField = FieldOrigin & { readonly bearing: Bearing };

/** A range of bytes in a file. */
export type Bytes = { readonly file: string; readonly start: number; readonly end: number };

/** The fields of rendered objects on which bytes of a file bear. */
export function fieldsTouchedBy(manifests: Manifests, bytes: Bytes): readonly TouchedField[] {
  return manifests.consumersOf(bytes.file).flatMap(({ id }) => {
    const rendering = manifests.render(id);
    if (!rendering.ok) return [];
    return rendering.objects.flatMap((rendered) => {
      const object = rendered.object;
      return leavesOf(object).flatMap((path): TouchedField[] => {
        const origin = rendered.originOf(path);
        const bearing = origin && bearingOf(origin, bytes);
        if (bearing === undefined) return [];
        const value = valueAt(object, path) as Json;
        return [{ object: rendered.ref, kustomization: id, path, value, origin, bearing }];
      });
    });
  });
}

function bearingOf(origin: Origin, bytes: Bytes): Bearing | undefined {
  if (touches(origin, bytes)) return "sets";
  if (origin.variables?.some(({ origin: value }) => value !== null && isSetBy(value, bytes)) === true)
    return "variable";
  return origin.behind !== undefined && isSetBy(origin.behind, bytes) ? "replaced" : undefined;
}

function isSetBy(origin: Origin, bytes: Bytes): boolean {
  return touches(origin, bytes) || (origin.behind !== undefined && isSetBy(origin.behind, bytes));
}

function touches(origin: Origin, { file, start, end }: Bytes): boolean {
  return origin.file === file && origin.start < end && start < Math.max(origin.end, origin.start + 1);
}
