import { isDeepStrictEqual } from "node:util";
import { type FieldPath, valueAt } from "../../../src/manifest/path.ts";
import type { KubernetesObject } from "../../../src/signal/object.ts";

/** The part of a case's `truth.json` that says what must be so for the fault to be gone; Oakum never reads it. */
export type Truth = {
  readonly expected: "propose" | "issue" | "none";
  readonly because: string;
  readonly roots: readonly { readonly kind: string; readonly namespace: string | null; readonly name: string }[];
  /** The touched files as a person would leave them. */
  readonly files?: Readonly<Record<string, string>> | null;
  readonly fields?: readonly {
    readonly object: { readonly kind: string; readonly namespace?: string | null; readonly name: string };
    readonly path: readonly (string | number)[];
    readonly to: readonly unknown[];
  }[];
  /** What was referred to and is not there. */
  readonly references?: readonly Reference[];
};

/**
 * Whether what is applied now makes the fault impossible; a case that names neither fields nor references cannot be
 * mended by manifests. That everything builds is for the caller to see.
 */
export function isMended({ fields = [], references = [] }: Truth, { applied, recorded }: Lives): boolean {
  return (
    fields.length + references.length > 0 &&
    fields.every((field) => applied.some((object) => isNamed(object, field.object) && isRight(object, field))) &&
    references.every((reference) => isResolved(reference, { applied, recorded }))
  );
}

/** What is applied now, and what was when the fault was recorded. */
type Lives = { readonly applied: readonly KubernetesObject[]; readonly recorded: readonly KubernetesObject[] };

/** A reference of a Flux object, or of a kustomization file without an object, and what a person would make it. */
type Reference = {
  readonly object?: { readonly kind: string; readonly name: string };
  readonly field: FieldPath;
  readonly from: unknown;
  readonly to: readonly unknown[];
};

type Named = { readonly kind: string; readonly namespace: string | null; readonly name: string };

// Paths and files show in whether everything builds.
function isResolved({ object: owner, field, from, to }: Reference, { applied, recorded }: Lives): boolean {
  const named = (objects: readonly KubernetesObject[]): readonly Named[] => {
    const object = objects.find(({ kind, metadata }) => kind === owner?.kind && metadata.name === owner.name);
    const value = object && valueAt(object, field);
    const around = { kind: object?.kind ?? "", namespace: object?.metadata.namespace ?? null };
    return [value]
      .flat()
      .filter(isNaming)
      .map((one) => ({ ...around, ...one }));
  };
  // What was referred to beside it may not have been recorded, and was no fault.
  const wasThere = named(recorded).filter((one) => !isMeant(from, one));
  return named(applied).every(
    (target) =>
      applied.some((candidate) => isNamed(candidate, target)) ||
      wasThere.some((one) => isDeepStrictEqual(one, target)) ||
      to.some((wanted) => isMeant(wanted, target)),
  );
}

function isNaming(value: unknown): value is Pick<Named, "name"> {
  return typeof value === "object" && value !== null && "name" in value;
}

// A target that was not recorded is known by the name that a person gave it.
function isMeant(wanted: unknown, { name }: Named): boolean {
  return wanted === name || (wanted as Named | null)?.name === name;
}

type Field = NonNullable<Truth["fields"]>[number];

function isRight(object: KubernetesObject, { path, to }: Field): boolean {
  const value = valueAt(object, path);
  return to.some((wanted) =>
    wanted === null ? value === undefined : wanted === "*" ? value !== undefined : isDeepStrictEqual(value, wanted),
  );
}

function isNamed({ kind, metadata }: KubernetesObject, wanted: Field["object"]): boolean {
  if (kind !== wanted.kind || (metadata.namespace ?? null) !== (wanted.namespace ?? null)) return false;
  // A generator puts a hash behind the name.
  return metadata.name === wanted.name || new RegExp(`^${wanted.name}-[a-z0-9]{10}$`).test(metadata.name);
}
