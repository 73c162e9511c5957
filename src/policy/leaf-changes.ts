import type { FieldChange } from "../manifest/difference.ts";
import { leavesOf } from "../manifest/field-query.ts";
import { type FieldPath, itemSelector, pathText, valueAt } from "../manifest/path.ts";
import type { Json } from "../signal/object.ts";
import { type CelMap, toCel } from "./cel.ts";

type Leaf = { readonly path: FieldPath; readonly value: Json };

/**
 * A field change as policies see it: one entry for each scalar in it, whether it changes alone or comes and goes with
 * the list item or object around it. What is not there is null.
 */
export function leafChangesOf({ object, path, from, to }: FieldChange): readonly CelMap[] {
  const before = leavesByPath(path, from);
  const after = leavesByPath(path, to);
  const paths = new Map([...before, ...after].map(([text, leaf]) => [text, leaf.path]));
  return [...paths].map(([text, leafPath]) => {
    const steps = leafPath.filter(
      (step): step is string => typeof step === "string" && itemSelector(step) === undefined,
    );
    return {
      kind: object.kind,
      namespace: object.namespace ?? "",
      name: object.name,
      path: text,
      steps,
      field: steps.at(-1) ?? "",
      from: toCel(before.get(text)?.value ?? null),
      to: toCel(after.get(text)?.value ?? null),
    };
  });
}

function leavesByPath(path: FieldPath, value: Json | undefined): ReadonlyMap<string, Leaf> {
  const leaves = value === undefined ? [] : leavesOf(value);
  return new Map(
    leaves.map((inner) => {
      const leaf = { path: [...path, ...inner], value: valueAt(value, inner) ?? null };
      return [pathText(leaf.path), leaf];
    }),
  );
}
