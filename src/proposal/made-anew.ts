import type { FieldChange } from "../manifest/difference.ts";
import { refText } from "../signal/object.ts";

/** What a person has to do beside merging: some objects take no change of these fields, and must be made anew. */
export function madeAnew(changes: readonly FieldChange[]): string | undefined {
  const fixed = changes.find(isFixed)?.object;
  return fixed && `${refText(fixed)} cannot be changed in place: delete it after merging, so that it is made anew.`;
}

// Of a Job the whole template is immutable, of a Pod all but its images.
function isFixed({ object, path }: FieldChange): boolean {
  if (object.kind === "Job") return path.includes("template");
  return object.kind === "Pod" && path.includes("spec") && path.at(-1) !== "image";
}
