import type { FieldChange } from "../manifest/difference.ts";
import type { Edit } from "../manifest/edit/edit.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Json, ObjectRef } from "../signal/object.ts";

export type { Edit, FieldChange };

/** One RFC 6902 operation. */
export type Operation =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/** The same change once more, as RFC 6902 operations on one document (0-based) of one file. */
export type DocumentOperations = {
  readonly file: string;
  readonly document: number;
  readonly rfc6902: readonly Operation[];
};

/** One field that differs in one rendering. */
export type ChangedField = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  /** What it follows from, where it was not asked for itself: the new name of a ConfigMap whose content changed. */
  readonly followsFrom?: string;
};

/** What a change does to one consumer of the files it touches. */
export type RenderedChange = {
  /** The Flux Kustomization or kustomize path. */
  readonly kustomization: string;
  readonly changed: readonly ChangedField[];
  /** It does not build before the change, and builds after it. */
  readonly buildsAgain?: true;
};

/** Why a change may be asked for, or may not. */
export type Proof = {
  readonly proven: boolean;
  readonly because: string;
  readonly rendered: readonly RenderedChange[];
  /** Whether the rule falls silent in the world after the change; "unknown" where only running can tell. */
  readonly counterfactual: { readonly silent: boolean | "unknown"; readonly because: string };
};

/** The new bytes, the operations that say the same, and the proof. */
export type Patch = {
  readonly changes: readonly FieldChange[];
  readonly edits: readonly Edit[];
  readonly operations: readonly DocumentOperations[];
  /** A unified diff that `git apply` takes, with `a/` and `b/`. */
  readonly diff: string;
  /** Every touched file after the change; null where it is removed. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
  readonly proof: Proof;
};
