import { posix } from "node:path";
import { isEqual, isMap } from "../../src/manifest/json.ts";
import type { Json, JsonMap } from "../../src/signal/object.ts";
import { documentsOf, pruned } from "./documents.ts";
import type { Truth, TruthReference, TruthRoot } from "./truth.ts";

/** The texts of files before and after a change; null where a file is not there. */
export type Texts = ReadonlyMap<string, Uint8Array | null>;

const LISTS = [
  "resources",
  "bases",
  "components",
  "crds",
  "configurations",
  "transformers",
  "generators",
  "patchesStrategicMerge",
];

/** Whether the lost references of a root are resolved as a person did it, in the same files, and nothing else changed. */
export function isResolved(truth: Truth, before: Texts, after: Texts, root: TruthRoot): boolean {
  const references = truth.references ?? [];
  const own = references.filter(({ roots }) => roots.some((other) => isSameRoot(other, root)));
  const wanted = own.length > 0 ? own : references;
  const also = truth.alsoDangling ?? [];
  const known = new Set([...references, ...also].map(({ file }) => file));
  const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => !isEqual(before.get(file), after.get(file)),
  );
  if (wanted.length === 0 || touched.some((file) => !known.has(file))) return false;
  const files = new Set([...wanted.map(({ file }) => file), ...before.keys()]);
  return [...files].every((file) => isFileResolved(file, { truth, before, after, wanted, also }));
}

type Question = {
  readonly truth: Truth;
  readonly before: Texts;
  readonly after: Texts;
  readonly wanted: readonly TruthReference[];
  readonly also: readonly TruthReference[];
};

function isFileResolved(file: string, { truth, before, after, wanted, also }: Question): boolean {
  const old = valuesOf(file, before.get(file) ?? null);
  const now = valuesOf(file, after.get(file) ?? null);
  if (old === undefined || now === undefined) return false;
  const must = wanted.filter((reference) => reference.file === file);
  const free = [...(truth.references ?? []), ...also].filter(
    (reference) => reference.file === file && !must.includes(reference),
  );
  let ways: readonly (readonly Json[])[] = [old];
  for (const reference of must) ways = ways.flatMap((way) => choices(way, reference)).slice(0, 5000);
  for (const reference of free) ways = [...ways, ...ways.flatMap((way) => choices(way, reference))].slice(0, 5000);
  const want = canonical(now);
  return ways.some((way) => isEqual(canonical(way), want));
}

function valuesOf(file: string, bytes: Uint8Array | null): readonly Json[] | undefined {
  const documents = documentsOf(file.replace(/\.[^.]*$/, ".yaml"), bytes);
  return documents === undefined ? undefined : [...documents.values()];
}

function isSameRoot(a: TruthRoot, b: TruthRoot): boolean {
  return a.kind === b.kind && a.name === b.name && (a.namespace ?? null) === (b.namespace ?? null);
}

function canonical(documents: readonly Json[]): readonly string[] {
  return documents
    .map(pruned)
    .map((document) => JSON.stringify(sorted(isKustomizationFile(document) ? inAnyOrder(document) : document)));
}

function isKustomizationFile(document: Json): document is JsonMap {
  return (
    isMap(document) &&
    (!document["kind"] || String(document["apiVersion"] ?? "kustomize.config").includes("kustomize.config"))
  );
}

function inAnyOrder(document: JsonMap): Json {
  const entries = Object.entries(document).map(([key, value]) =>
    LISTS.includes(key) && Array.isArray(value)
      ? [key, value.map((item) => (typeof item === "string" ? normal(item) : JSON.stringify(item))).sort()]
      : [key, value],
  );
  return Object.fromEntries(entries);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function normal(path: string): string {
  return posix.normalize(`/${path.trim() || "."}`).replace(/^\/+/, "") || ".";
}

/** Every way to resolve one reference in the documents of its file. */
function choices(documents: readonly Json[], reference: TruthReference): readonly (readonly Json[])[] {
  return documents.flatMap((document, at) => {
    const replaced =
      reference.object === undefined ? inKustomization(document, reference) : inObject(document, reference);
    return replaced.map((value) => (value === undefined ? documents.toSpliced(at, 1) : documents.with(at, value)));
  });
}

function inKustomization(document: Json, reference: TruthReference): readonly (Json | undefined)[] {
  if (!isMap(document)) return [];
  const [top = "", part] = (reference.field?.[0] ?? reference.type.split(".").slice(1).join(".")).split(".", 2);
  const names = ["resources", "bases", "components"].includes(top)
    ? ["resources", "bases", "components"]
    : [top, "patchesJson6902", "patchesStrategicMerge"];
  return names.flatMap((name) =>
    listOf(document[name]).flatMap((item, index) =>
      replacements(item, reference, part).map((value) => ({
        ...document,
        [name]: withItem(listOf(document[name]), index, value),
      })),
    ),
  );
}

function replacements(item: Json, reference: TruthReference, part: string | undefined): readonly (Json | undefined)[] {
  const isSame = (value: Json | undefined): boolean =>
    typeof value === "string" && normal(value.split("=").at(-1) ?? "") === normal(String(reference.from));
  const to = (reference.to ?? []) as readonly string[];
  const removed = reference.mayRemove === false ? [] : [undefined];
  if (typeof item === "string") return isSame(item) ? [...to, ...removed] : [];
  if (!isMap(item)) return [];
  if (part === undefined) return isSame(item["path"]) ? [...to.map((path) => ({ ...item, path })), ...removed] : [];
  const inner = listOf(item[part]);
  return inner.flatMap((value, index) => {
    if (!isSame(value)) return [];
    const key = String(value).includes("=") ? `${String(value).split("=")[0]}=` : "";
    const written = to.flatMap((path) =>
      key === "" ? [path] : [`${key}${path}`, `${posix.basename(String(value))}=${path}`],
    );
    const changed: (Json | undefined)[] = [...written, ...removed].map((each) => ({
      ...item,
      [part]: withItem(inner, index, each),
    }));
    return inner.length === 1 && removed.length > 0 ? [...changed, undefined] : changed;
  });
}

function inObject(document: Json, reference: TruthReference): readonly (Json | undefined)[] {
  if (!isMap(document) || document["kind"] !== reference.object?.kind) return [];
  if ((document["metadata"] as JsonMap | undefined)?.["name"] !== reference.object?.name) return [];
  const whole = reference.wholeObject === true && reference.mayRemove !== false ? [undefined] : [];
  return [...whole, ...inField(document, reference.field ?? [], reference)];
}

function inField(value: Json | undefined, path: readonly string[], reference: TruthReference): readonly Json[] {
  const [step = "", ...rest] = path;
  if (!isMap(value)) return [];
  if (rest.length > 0) return inField(value[step], rest, reference).map((inner) => ({ ...value, [step]: inner }));
  const to = reference.to ?? [];
  if (step === "dependsOn")
    return dependencies(listOf(value[step]), reference).map((list) => ({ ...value, [step]: list }));
  if (typeof reference.from !== "string") {
    const old = isMap(value[step]) ? value[step] : {};
    const { namespace: _, ...bare } = old;
    return to
      .flatMap((want) => [{ ...old, ...(want as JsonMap) }, want as JsonMap, { ...bare, ...(want as JsonMap) }])
      .map((inner) => ({ ...value, [step]: inner }));
  }
  return to.map((want) => ({ ...value, [step]: want }));
}

function dependencies(list: readonly Json[], reference: TruthReference): readonly (readonly Json[])[] {
  return list.flatMap((item, index) => {
    if (!isMap(item) || item["name"] !== reference.from) return [];
    const named = ((reference.to ?? []) as readonly string[]).flatMap((name) => [{ ...item, name }, { name }]);
    const written = named.map((each) => withItem(list, index, each));
    return reference.mayRemove === false ? written : [...written, withItem(list, index, undefined)];
  });
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function withItem(list: readonly Json[], index: number, value: Json | undefined): readonly Json[] {
  return value === undefined ? list.toSpliced(index, 1) : list.with(index, value);
}
