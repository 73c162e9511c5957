import type { InnerEdit, ValueSwap } from "../manifest/edit/at.ts";
import { openFile } from "../manifest/edit/opening.ts";
import { readValue } from "../manifest/edit/reading.ts";
import { isEqual, isList, isMap, own } from "../manifest/json.ts";
import { type FieldPath, itemSelector, valueAt } from "../manifest/path.ts";
import type { Json, KubernetesObject } from "../signal/object.ts";

/** The field an inline patch sets, in the object as rendered. */
type Field = { readonly path: FieldPath; readonly object: KubernetesObject };

/** The operations that change a field's value within the text of an inline patch; undefined where the patch does not say it. */
export function editOfPatch(text: Json, { path, object }: Field, { from, to }: ValueSwap): InnerEdit | undefined {
  const opened = typeof text === "string" ? openFile(new TextEncoder().encode(text), "patch") : undefined;
  if (!opened?.ok) return undefined;
  const found = opened.documents.flatMap((root, document) => {
    const value = readValue(root, root);
    const place = isList(value) ? placeInOperations(value, pointerSteps(object, path)) : path;
    const isThere = value !== undefined && place !== undefined && isEqual(valueAt(value, place), from);
    return isThere ? [{ document, operations: [{ do: "set", path: place, from, to } as const] }] : [];
  });
  return found.at(-1);
}

// Where JSON 6902 operations give a field its value; of several, the last one wins.
function placeInOperations(operations: readonly Json[], steps: readonly string[]): FieldPath | undefined {
  const at = operations.findLastIndex((operation) => {
    const target = targetOf(operation);
    return target?.every((step, index) => steps[index] === step || step === "-");
  });
  const target = targetOf(operations[at]);
  if (target === undefined) return undefined;
  return [at, "value", ...steps.slice(target.length).map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
}

function targetOf(operation: Json | undefined): readonly string[] | undefined {
  const pointer = isMap(operation) ? own(operation, "path") : undefined;
  if (typeof pointer !== "string") return undefined;
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

// The steps of a JSON pointer: list items by their index.
function pointerSteps(object: KubernetesObject, path: FieldPath): readonly string[] {
  return path.map((step, depth) => {
    const selector = itemSelector(step);
    if (selector === undefined) return String(step);
    const list = valueAt(object, path.slice(0, depth));
    const isMeant = (item: unknown): boolean =>
      String((item as Record<string, unknown>)[selector.key]) === selector.value;
    return String(Array.isArray(list) ? list.findIndex(isMeant) : -1);
  });
}
