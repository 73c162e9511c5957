import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../../../src/manifest/path.ts";
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
};

/** Whether what is applied now makes the fault impossible; a case without such fields cannot be mended by manifests. */
export function isMended(truth: Truth, applied: readonly KubernetesObject[]): boolean {
  const fields = truth.fields ?? [];
  return (
    fields.length > 0 &&
    fields.every((field) => applied.some((object) => isNamed(object, field.object) && isRight(object, field)))
  );
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
