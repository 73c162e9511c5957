import { editDocument } from "../../../src/manifest/edit/document.ts";
import type { Edit, Edited } from "../../../src/manifest/edit/edit.ts";
import type { NodeOperation } from "../../../src/manifest/edit/operation.ts";
import type { FieldPath } from "../../../src/manifest/path.ts";
import type { Json } from "../../../src/signal/object.ts";

export const set = (path: FieldPath, from: Json, to: Json): NodeOperation => ({ do: "set", path, from, to });

export const add = (path: FieldPath, to: Json, after?: string): NodeOperation =>
  after === undefined ? { do: "add", path, to } : { do: "add", path, to, after };

export const remove = (path: FieldPath, from: Json): NodeOperation => ({ do: "remove", path, from });

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** The text after the edit, or the refusal's code. */
export function outcome(result: Edited): string {
  return result.ok ? textOf(result.bytes) : result.refusal.code;
}

export function edited(before: string, operations: readonly NodeOperation[], document = 0): string {
  return outcome(editDocument(bytesOf(before), "app.yaml", document, operations));
}

/** What a reader of the edits alone makes of a file. */
export function applied(before: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces = edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((bytes, { start, end, after: text }) => {
      return Buffer.concat([bytes.subarray(0, start), bytesOf(text), bytes.subarray(end)]);
    }, Buffer.from(before));
  return new Uint8Array(pieces);
}
