import { diffArrays } from "diff";
import jsonPatch from "fast-json-patch";
import { operationsBetween } from "../manifest/edit/between.ts";
import { openFile } from "../manifest/edit/opening.ts";
import type { NodeOperation } from "../manifest/edit/operation.ts";
import { readValue } from "../manifest/edit/reading.ts";
import { isEqual } from "../manifest/json.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Json } from "../signal/object.ts";
import type { DocumentOperations, Operation } from "./patch.ts";

/**
 * Says a change of a file once more, as RFC 6902 operations on each of its documents, what is replaced or removed tested
 * first. Null stands for a file that is not there; what is no YAML has no documents. Applied to the file as it is read
 * before, they give the file as it is read after: that is checked here.
 */
export function operationsOf(
  file: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
): readonly DocumentOperations[] {
  const pairs = pairsOf(documentsOf(file, before), documentsOf(file, after));
  for (const pair of pairs) check(file, pair);
  return pairs
    .map(({ document, rfc6902 }) => ({ file, document, rfc6902 }))
    .filter(({ rfc6902 }) => rfc6902.length > 0);
}

/** A document of a file before and after; undefined where it is not there. */
type Pair = {
  readonly document: number;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly rfc6902: readonly Operation[];
};

function documentsOf(file: string, bytes: Uint8Array | null): readonly Json[] {
  const opened = bytes === null ? undefined : openFile(bytes, file);
  if (!opened?.ok) return [];
  return opened.documents.flatMap((document) => readValue(document, document) ?? []);
}

// Documents that stay the same stay together, so that one more or one less does not seem to change those after it.
function pairsOf(before: readonly Json[], after: readonly Json[]): readonly Pair[] {
  if (before.length === after.length) return before.map((document, at) => pairOf(at, document, after[at]));
  let at = 0;
  let atAfter = 0;
  return diffArrays([...before], [...after], { comparator: isEqual }).flatMap(({ added, removed, value }) => {
    const from = added ? atAfter : at;
    if (!added) at += value.length;
    if (!removed) atAfter += value.length;
    if (!added && !removed) return [];
    return value.map((document, index) =>
      added ? pairOf(from + index, undefined, document) : pairOf(from + index, document, undefined),
    );
  });
}

function pairOf(document: number, before: Json | undefined, after: Json | undefined): Pair {
  return { document, before, after, rfc6902: between(before, after) };
}

function between(before: Json | undefined, after: Json | undefined): readonly Operation[] {
  if (after === undefined) {
    return before === undefined
      ? []
      : [
          { op: "test", path: "", value: before },
          { op: "remove", path: "" },
        ];
  }
  if (before === undefined) return [{ op: "add", path: "", value: after }];
  return operationsBetween(before, after).flatMap(inRfc6902);
}

function inRfc6902(operation: NodeOperation): readonly Operation[] {
  const path = pointerOf(operation.path);
  if (operation.do === "add") return [{ op: "add", path, value: operation.to }];
  const test: Operation = { op: "test", path, value: operation.from };
  return [test, operation.do === "set" ? { op: "replace", path, value: operation.to } : { op: "remove", path }];
}

function pointerOf(path: FieldPath): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function check(file: string, { document, before, after, rfc6902 }: Pair): void {
  const start = structuredClone(before ?? null) as unknown;
  const { newDocument } = jsonPatch.applyPatch(start, structuredClone(rfc6902) as never, true);
  if (isEqual(newDocument, after ?? null)) return;
  throw new Error(`The operations on document ${document} of ${file} do not say what its new bytes say`);
}
