import { type FieldPath, itemSelector } from "../../manifest/path.ts";

const FIELDS = [
  /(?:^|\s)\.?((?!Kind=)[a-z][\w.[\]"'=/-]*): (?:field not declared in schema|expected |Invalid value|Required value|Unsupported value|Duplicate value|duplicate entries for key|Not found|Forbidden|Too (?:long|many|few)|must be|quantities must match)/i,
  /unknown field "([^"]+)"/,
];

/**
 * The names of the maps that lead to the field which the API server refuses, without the positions of list items:
 * spec, template, spec, containers, image. None where its message names no field.
 */
export function refusedField(text: string): readonly string[] {
  const field = FIELDS.map((form) => form.exec(text)?.[1]).find((found) => found !== undefined) ?? "";
  return field
    .replace(/\[[^\]]*\]/g, "")
    .split(".")
    .filter((word) => word !== "");
}

/** Whether a path leads to such a field or into it; none does where no field is named. */
export function isWithin(path: FieldPath, field: readonly string[]): boolean {
  const names = namesOf(path);
  return field.length > 0 && field.every((name, at) => name === names[at]);
}

/** Whether a path leads to such a field, into it, or to one that stands beside it. */
export function isNear(path: FieldPath, field: readonly string[]): boolean {
  const names = namesOf(path);
  const shared = names.findIndex((name, at) => name !== field[at]);
  const common = shared < 0 ? names.length : shared;
  return common >= Math.min(names.length, field.length - 1) && common > 1;
}

function namesOf(path: FieldPath): readonly string[] {
  return path.filter((step) => typeof step === "string" && itemSelector(step) === undefined).map(String);
}
