import type { FieldPath } from "../manifest/path.ts";
import type { Json, ObjectRef } from "../signal/object.ts";

/** One field of one rendered object that is to change; `undefined` means that the field is not there. */
export type FieldChange = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
};

/** One splice: bytes `start` to `end` of a file become `after`. Byte offsets in the file before; line and column are 1-based. */
export type Edit = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly after: string;
};

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

/** What a change does to one consumer of the files it touches. */
export type RenderedChange = {
  /** The Flux Kustomization or kustomize path. */
  readonly kustomization: string;
  readonly changed: readonly { readonly object: ObjectRef; readonly path: FieldPath }[];
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
