import type { Json } from "../../src/signal/object.ts";

/** One field of a right answer: any of `to` is acceptable there. */
export type TruthField = {
  readonly object: { readonly kind: string; readonly namespace?: string | null; readonly name: string };
  readonly path: readonly (string | number)[];
  readonly to: readonly Json[];
};

/** Files as they are after a right change; null where a file is gone. */
export type TruthFiles = Readonly<Record<string, string | null>>;

/** A reference that leads nowhere, and what it may become. */
export type TruthReference = {
  readonly file: string;
  readonly type: string;
  readonly from: string | Readonly<Record<string, Json>>;
  readonly to?: readonly (string | Readonly<Record<string, Json>>)[];
  readonly mayRemove?: boolean;
  readonly wholeObject?: boolean;
  readonly object?: { readonly kind: string; readonly name: string };
  readonly field?: readonly string[];
  readonly roots: readonly TruthRoot[];
};

/** A root that is accepted. */
export type TruthRoot = { readonly kind: string; readonly namespace?: string | null; readonly name: string };

/** The right answer of a case (CONTRACT, "truth.json"). */
export type Truth = {
  readonly id: string;
  readonly source?: string;
  readonly expected: "propose" | "issue" | "none";
  readonly also?: readonly string[];
  readonly roots: readonly TruthRoot[];
  readonly category: readonly string[];
  readonly commit?: string | null;
  readonly files?: TruthFiles | null;
  readonly samples?: readonly TruthFiles[];
  readonly fields?: readonly TruthField[];
  readonly alternatives?: readonly (readonly TruthField[])[];
  readonly accept?: "reference-resolved";
  readonly references?: readonly TruthReference[];
  readonly alsoDangling?: readonly TruthReference[];
  readonly fair?: boolean;
  readonly because?: string;
};

/** Every set of files that is right. */
export function rightFiles(truth: Truth): readonly TruthFiles[] {
  const all = [truth.files, ...(truth.samples ?? [])];
  return all.filter(
    (files): files is TruthFiles => files !== null && files !== undefined && Object.keys(files).length > 0,
  );
}
