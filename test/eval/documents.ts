import { parseAllDocuments } from "yaml";
import { quantityOf } from "../../src/diagnosis/quantity.ts";
import { isEqual, isMap } from "../../src/manifest/json.ts";
import type { Json, JsonMap } from "../../src/signal/object.ts";
import type { TruthField } from "./truth.ts";

/** The documents of files by what they are: file, apiVersion, kind, namespace, name and number. */
export type Documents = ReadonlyMap<string, Json>;

const texts = new TextDecoder("utf-8", { fatal: true });

/** The documents of one file; undefined where it is no plain YAML. */
export function documentsOf(file: string, bytes: Uint8Array | null): Documents | undefined {
  if (bytes === null) return new Map();
  let text: string;
  try {
    text = texts.decode(bytes);
  } catch {
    return undefined;
  }
  if (text.trim() === "") return new Map();
  if (!/\.(ya?ml|json)$/.test(file)) return new Map([[`${file}\0bytes`, text]]);
  const parsed = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false });
  const found = new Map<string, Json>();
  for (const document of parsed) {
    if (document.errors.length > 0) return undefined;
    let value: Json;
    try {
      value = document.toJS();
    } catch {
      // An alias of nothing.
      return undefined;
    }
    if (value === null) continue;
    let key = keyOf(file, value, 0);
    for (let count = 1; found.has(key); count += 1) key = keyOf(file, value, count);
    found.set(key, value);
  }
  return found;
}

function keyOf(file: string, value: Json, count: number): string {
  const top = isMap(value) ? value : {};
  const metadata = isMap(top["metadata"] ?? null) ? (top["metadata"] as JsonMap) : {};
  return [
    file,
    top["apiVersion"] ?? "",
    top["kind"] ?? "",
    metadata["namespace"] ?? "",
    metadata["name"] ?? "",
    count,
  ].join("\0");
}

/** Whether every field has an acceptable value and nothing else changed. */
export function satisfied(option: readonly TruthField[], before: Documents, after: Documents): boolean {
  const expected = new Map<string, Json>([...before].map(([key, value]) => [key, structuredClone(value) as Json]));
  const states = { before, after, expected };
  const isRight = option.every((field) =>
    field.path.length === 0 ? wholeObject(field, states) : oneField(field, states),
  );
  if (!isRight) return false;
  if ([...expected.keys()].some((key) => !before.has(key))) takeKustomizations(expected, after);
  return isEqual(pruned(Object.fromEntries(expected)), pruned(Object.fromEntries(after)));
}

function oneField(field: TruthField, { after, expected }: States): boolean {
  const hits = [...after.keys()].filter((key) => isObject(key, field.object));
  if (hits.length === 0) return false;
  for (const key of hits) {
    const value = get(after.get(key), field.path);
    if (!field.to.some((want) => fits(value, want))) return false;
    const known = expected.get(key);
    expected.set(key, known === undefined ? (after.get(key) ?? null) : put(known, field.path, value));
  }
  return true;
}

type States = { readonly before: Documents; readonly after: Documents; readonly expected: Map<string, Json> };

function wholeObject(field: TruthField, { before, after, expected }: States): boolean {
  const hits = [...after.keys()].filter((key) => isObject(key, field.object));
  for (const key of before.keys()) if (isObject(key, field.object) && !after.has(key)) expected.delete(key);
  if (field.to.includes(null) && hits.length === 0) return true;
  if (hits.length === 0 || !hits.some((key) => field.to.some((want) => fits(after.get(key), want)))) return false;
  for (const key of hits) expected.set(key, after.get(key) ?? null);
  return true;
}

function takeKustomizations(expected: Map<string, Json>, after: Documents): void {
  for (const key of expected.keys()) {
    const [, apiVersion = "", kind] = key.split("\0");
    const value = after.get(key);
    if (kind === "Kustomization" && apiVersion.includes("kustomize.config") && value !== undefined)
      expected.set(key, value);
  }
}

function isObject(key: string, want: TruthField["object"]): boolean {
  const [, , kind, namespace, name] = key.split("\0");
  return kind === want.kind && name === want.name && (!want.namespace || !namespace || namespace === want.namespace);
}

/** Whether a value is one acceptable value: itself, null for absent, "*", or a matcher. */
function fits(value: Json | undefined, want: Json): boolean {
  if (want === "*") return true;
  if (isMap(want) && Object.keys(want).length === 1) {
    const [[matcher, argument]] = Object.entries(want) as [[string, Json]];
    const match = MATCHERS[matcher];
    if (match !== undefined) return match(value, argument);
  }
  if (want === null) return value === undefined || value === null;
  if (isEqual(value, want)) return true;
  if (typeof value !== "string" || typeof want !== "string") return false;
  const amount = quantityOf(value);
  return amount !== undefined && amount === quantityOf(want) && !(/^\d+$/.test(value) && /^\d+$/.test(want));
}

const MATCHERS: Readonly<Record<string, (value: Json | undefined, argument: Json) => boolean>> = {
  range: (value, argument) => {
    const [least = 0, most = 0] = argument as readonly number[];
    const amount = quantityOf(value);
    return amount !== undefined && amount >= least - 1e-9 && amount <= most + 1e-9;
  },
  without: (value, argument) =>
    value !== undefined && value !== null && !JSON.stringify(value).includes(String(argument)),
  has: (value, argument) => includes(value, argument),
  tolerates: (value, argument) =>
    Array.isArray(value) && value.some((toleration) => tolerates(toleration as Json, argument as JsonMap)),
};

function includes(value: Json | undefined, part: Json): boolean {
  if (!isMap(part)) return isEqual(value, part);
  return isMap(value) && Object.entries(part).every(([key, inner]) => includes(value[key], inner));
}

function tolerates(toleration: Json, taint: JsonMap): boolean {
  if (!isMap(toleration)) return false;
  const key = toleration["key"] ?? null;
  const effect = toleration["effect"] ?? null;
  const isKey = key === null || key === taint["key"];
  const isEffect = effect === null || effect === (taint["effect"] ?? null);
  return (
    isKey && isEffect && (toleration["operator"] === "Exists" || (toleration["value"] ?? "") === (taint["value"] ?? ""))
  );
}

function get(value: Json | undefined, path: TruthField["path"]): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => stepInto(at, step), value);
}

function stepInto(value: Json | undefined, step: string | number): Json | undefined {
  if (isMap(value)) return value[String(step)];
  if (!Array.isArray(value)) return undefined;
  if (typeof step === "number") return value[step];
  const name = step.startsWith("[name=") ? step.slice(6, -1) : step;
  return value.find((item) => isMap(item) && item["name"] === name);
}

function put(value: Json, path: TruthField["path"], to: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return to ?? null;
  if (Array.isArray(value)) {
    const target = stepInto(value, step);
    const at = value.indexOf(target);
    if (rest.length === 0 && to === undefined) return value.filter((item) => item !== target) as Json[];
    return value.map((item, index) => (index === at ? put(item as Json, rest, to) : item)) as Json[];
  }
  const map = isMap(value) ? value : {};
  if (rest.length === 0 && to === undefined)
    return Object.fromEntries(Object.entries(map).filter(([key]) => key !== String(step)));
  return { ...map, [String(step)]: put(map[String(step)] ?? {}, rest, to) };
}

/** A value without what says nothing: null, empty maps and empty lists. */
export function pruned(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => pruned(item));
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, pruned(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isNothing(inner)));
}

function isNothing(value: Json): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
