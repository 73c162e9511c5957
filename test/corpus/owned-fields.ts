import { quantityOf } from "../../src/diagnosis/quantity.ts";
import { isList, isMap } from "../../src/manifest/json.ts";
import type { Json, JsonMap, KubernetesObject } from "../../src/signal/object.ts";

/** Every field of an object that a manager owns, by what the API server keeps in `managedFields`. */
export function ownedFields(object: KubernetesObject, manager: string): readonly OwnedField[] {
  return (object.metadata.managedFields ?? [])
    .filter((entry) => entry.manager === manager && entry.operation === "Apply" && entry.subresource === undefined)
    .flatMap(({ fieldsV1 }) => (fieldsV1 === undefined ? [] : leaves(fieldsV1, [])));
}

/** One owned field: where it is, list items by all keys that tell them apart. */
export type OwnedField = readonly OwnedStep[];
type OwnedStep = string | { readonly keys: JsonMap } | { readonly value: Json } | { readonly index: number };

function leaves(fields: JsonMap, path: OwnedField): readonly OwnedField[] {
  const inner = Object.entries(fields).filter(([key]) => key !== ".");
  if (inner.length === 0) return [path];
  return inner.flatMap(([key, value]) => (isMap(value) ? leaves(value, [...path, stepOf(key)]) : []));
}

function stepOf(key: string): OwnedStep {
  const said = key.slice(2);
  if (key.startsWith("k:")) return { keys: JSON.parse(said) };
  if (key.startsWith("v:")) return { value: JSON.parse(said) };
  return key.startsWith("i:") ? { index: Number(said) } : said;
}

/** The value of an owned field in an object; undefined where it is not there. */
export function ownedValue(object: Json, field: OwnedField): Json | undefined {
  let value: Json | undefined = object;
  for (const step of field) value = value === undefined ? undefined : childOf(value, step);
  return value;
}

function childOf(value: Json, step: OwnedStep): Json | undefined {
  if (typeof step === "string") return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  if (!isList(value)) return undefined;
  if ("index" in step) return value[step.index];
  if ("value" in step) return value.find((item) => isWithin(item, step.value));
  return value.find((item) =>
    Object.entries(step.keys).every(([key, wanted]) => isMap(item) && isKey(item[key], key, wanted)),
  );
}

// Flux writes the default protocol itself before it applies.
function isKey(value: Json | undefined, key: string, wanted: Json): boolean {
  return isSame(value ?? (key === "protocol" ? "TCP" : undefined), wanted);
}

// Structures that Go writes out where nobody says anything of them; the API server fills them in.
const EMPTY_STRUCTURES = new Set<unknown>(["strategy", "updateStrategy", "resources", "status"]);

/** Whether what is owned is what we say; within a field that is owned as a whole, the API server may add its defaults. */
export function isAsApplied(ours: Json | undefined, live: Json | undefined, field: OwnedField): boolean {
  if (isBlank(ours) && EMPTY_STRUCTURES.has(field.at(-1))) return true;
  return isWithin(ours ?? (field.at(-1) === "protocol" ? "TCP" : undefined), live);
}

function isWithin(ours: Json | undefined, live: Json | undefined): boolean {
  if (isBlank(ours)) return isBlank(live) || isMap(ours);
  if (isMap(ours) && isMap(live))
    return Object.entries(ours).every(([key, value]) => isBlank(value) || isWithin(value, live[key]));
  if (isList(ours) && isList(live))
    return ours.length === live.length && ours.every((item, at) => isWithin(item, live[at]));
  return isSame(ours, live);
}

/** Whether two scalars mean the same to Kubernetes: quantities by their amount. */
function isSame(ours: Json | undefined, live: Json | undefined): boolean {
  if (ours === live) return true;
  const amount = quantityOf(ours);
  return amount !== undefined && amount === quantityOf(live);
}

function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return isMap(value) ? Object.values(value).every(isBlank) : isList(value) && value.length === 0;
}
