import type { Json } from "../../signal/object.ts";
import { isEqual } from "../json.ts";
import type { FieldPath } from "../path.ts";
import { decodeUtf8 } from "../yaml/text.ts";
import { editDocument } from "./document.ts";
import type { Edited } from "./edit.ts";
import { editsBetween } from "./edits-between.ts";
import { generatedGuard, sopsGuard } from "./guards.ts";
import { openFile } from "./opening.ts";
import type { NodeOperation } from "./operation.ts";
import { readValue } from "./reading.ts";
import { type Refused, refused } from "./refusal.ts";
import type { ByteRange } from "./revert.ts";
import type { Written } from "./written.ts";

// What stands there may be a Secret's, so it is not quoted.
const OTHER_VALUE = "expected the value that was seen at this place, found another";
const MANIFEST_NAME = /\.(?:ya?ml|json)$|(?:^|\/)Kustomization$/;

/** A node of a file known by its bytes, as an origin says it: its document, the path to it there, and what it says. */
export type Place = {
  readonly document: number;
  readonly path: FieldPath;
  readonly value: Json;
  /** The byte at which it begins. */
  readonly start: number;
};

/** What stands there now, and what is to stand there. */
export type ValueSwap = { readonly from: Json; readonly to: Json };

/** Operations on one document of a text that is itself the value of a scalar. */
export type InnerEdit = { readonly document: number; readonly operations: readonly NodeOperation[] };

/**
 * Sets what stands at certain bytes of a file, as an origin names them: a whole value or a part of its text (the `48` of
 * a generator's `page_size=48`). In a file that is no manifest the bytes themselves are replaced.
 */
export function setAt(bytes: Uint8Array, file: string, range: ByteRange, swap: ValueSwap): Edited {
  const isWhole = range.start === 0 && range.end >= bytes.length;
  if (isWhole || !MANIFEST_NAME.test(file)) return replaceBytes(bytes, file, range, swap);
  const found = placeAt(bytes, file, range.start);
  if (!found.ok) return found;
  const { document, path, value, start } = found.place;
  const before = new TextDecoder().decode(bytes.subarray(start, range.start));
  const whole = isEqual(value, swap.from) ? swap : widened(value, swap, before);
  if (whole !== undefined) return editDocument(bytes, file, document, [{ do: "set", path, ...whole }]);
  return refused("STALE", OTHER_VALUE, file);
}

// The swap of a whole text where only a part of it is to change: the only such part, or the one at that place.
function widened(value: Json, { from, to }: ValueSwap, before: string): ValueSwap | undefined {
  if (typeof value !== "string" || typeof from !== "string" || typeof to !== "string" || from === "") return undefined;
  const first = value.indexOf(from);
  const isOnly = first >= 0 && value.indexOf(from, first + 1) < 0;
  const at = isOnly ? first : before.replace(/^["']/, "").length;
  if (!value.startsWith(from, at)) return undefined;
  return { from: value, to: value.slice(0, at) + to + value.slice(at + from.length) };
}

function replaceBytes(bytes: Uint8Array, file: string, { start, end }: ByteRange, { from, to }: ValueSwap): Edited {
  const text = decodeUtf8(bytes);
  if (text === undefined)
    return refused("NOT_UTF8", "expected UTF-8, found other bytes: change the file by hand", file);
  const guard = generatedGuard(file, text) ?? sopsGuard(text);
  if (guard !== undefined) return refused(guard.code, guard.message, file);
  const [head, old, tail] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)].map((part) =>
    Buffer.from(part).toString(),
  );
  if (old !== from || typeof to !== "string") return refused("STALE", OTHER_VALUE, file);
  if (start > 0 && to.includes("\n"))
    return refused("UNSUPPORTED", "expected a value of one line, found several: change the file by hand", file);
  const after = `${head}${to}${tail}`;
  return { ok: true, edits: editsBetween(file, text, after), bytes: new TextEncoder().encode(after) };
}

/** Edits YAML or JSON that is the text of a scalar, as an inline patch is. The scalar is the one whose bytes begin at an offset. */
export function editWithin(bytes: Uint8Array, file: string, start: number, inner: InnerEdit): Edited {
  const found = placeAt(bytes, file, start);
  if (!found.ok) return found;
  const { document, path, value } = found.place;
  if (typeof value !== "string") return refused("STALE", "expected a text that holds YAML, found another value", file);
  const edited = editDocument(new TextEncoder().encode(value), file, inner.document, inner.operations);
  if (!edited.ok) return edited;
  const to = new TextDecoder().decode(edited.bytes);
  return editDocument(bytes, file, document, [{ do: "set", path, from: value, to }]);
}

/** The innermost value in a file that covers the byte at an offset. */
export function placeAt(
  bytes: Uint8Array,
  file: string,
  start: number,
): { readonly ok: true; readonly place: Place } | Refused {
  const opened = openFile(bytes, file);
  if (!opened.ok) return opened;
  const at = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, start)).length - opened.mark.length;
  const document = opened.documents.findIndex((root) => covers(root, at));
  const root = opened.documents[document];
  if (root === undefined) return refused("STALE", `expected a value at byte ${start}, found none`, file);
  const { node, path } = innermost(root, at, []);
  const value = readValue(node, root);
  if (value === undefined)
    return refused("ANCHOR", "expected a value, found aliases without end: change the file by hand", file);
  const begin = Buffer.byteLength(opened.mark + opened.text.slice(0, node.start));
  return { ok: true, place: { document, path, value, start: begin } };
}

function innermost(node: Written, at: number, path: FieldPath): { readonly node: Written; readonly path: FieldPath } {
  if (node.kind === "map") {
    const entry = node.entries.find(({ value }) => covers(value, at));
    if (entry !== undefined) return innermost(entry.value, at, [...path, entry.key]);
  }
  if (node.kind === "list") {
    const index = node.items.findIndex(({ value }) => covers(value, at));
    const item = node.items[index];
    if (item !== undefined) return innermost(item.value, at, [...path, index]);
  }
  return { node, path };
}

function covers({ start, end }: Written, at: number): boolean {
  return start === at || (start < at && at < end);
}
