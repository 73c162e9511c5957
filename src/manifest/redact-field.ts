import { redactObject } from "../evidence/redact-object.ts";
import type { Json, KubernetesObject, ObjectRef } from "../signal/object.ts";
import { isMap } from "./json.ts";
import { type FieldPath, itemSelector, valueAt } from "./path.ts";

/** The value of one field of an object as it may be told: secrets replaced as they are in whole objects. */
export function redactField(object: ObjectRef, path: FieldPath, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  const { apiVersion, kind, name } = object;
  const around = { apiVersion, kind, ...(path[0] === "metadata" ? {} : { metadata: { name } }) };
  const whole = path.length === 0 ? value : { ...around, ...(nested(path, value) as object) };
  return valueAt(redactObject(whole as KubernetesObject), path.map(toFirst));
}

// An object in which this value stands at this path; a list holds only the item on the way.
function nested(path: FieldPath, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = nested(rest, value);
  if (typeof step === "number") return [inner];
  const selector = itemSelector(step);
  if (selector === undefined) return { [step]: inner };
  return [isMap(inner) ? { [selector.key]: selector.value, ...inner } : inner];
}

function toFirst(step: string | number): string | number {
  return typeof step === "number" || itemSelector(step) !== undefined ? 0 : step;
}
