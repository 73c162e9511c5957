import type { Refusal } from "../rendered.ts";

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

/** A file's new bytes with the splices that lead there, or why it may not be edited. */
export type Edited =
  | { readonly ok: true; readonly edits: readonly Edit[]; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly refusal: EditRefusal };

/** Why a file may not be edited as wished. */
export type EditRefusal = Refusal & { readonly code: EditRefusalCode };

/**
 * ANCHOR: an anchor, alias or merge key is on the path. SOPS: the file is encrypted. GENERATED: a tool writes the file.
 * TEMPLATE: Go templates make it no YAML. AMBIGUOUS: more than one place fits. STALE: something else stands there than
 * was expected. CONFLICT: lines to be undone were changed since. UNSUPPORTED: no splice could be shown to be right.
 */
export type EditRefusalCode =
  | "ANCHOR"
  | "SOPS"
  | "GENERATED"
  | "TEMPLATE"
  | "AMBIGUOUS"
  | "STALE"
  | "CONFLICT"
  | "NOT_UTF8"
  | "MALFORMED"
  | "TOO_LARGE"
  | "UNSUPPORTED";
