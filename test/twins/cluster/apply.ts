import { isDeepStrictEqual } from "node:util";
import { isSameObject, type KubernetesObject, refOf } from "../../../src/signal/object.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What Flux applies: the objects of a revision, and those of the one before it, where that could be built. */
export type Applied = { readonly after: readonly KubernetesObject[]; readonly before: readonly KubernetesObject[] };

/** The objects of a cluster after server-side apply: fields that were ours and are no longer said are taken away. */
export function applyObjects(
  live: readonly KubernetesObject[],
  { after, before }: Applied,
  now: Date,
): KubernetesObject[] {
  const isIn = (objects: readonly KubernetesObject[], object: KubernetesObject): boolean =>
    find(objects, object) !== undefined;
  const kept = live.filter((object) => isIn(after, object) || !isIn(before, object));
  const changed = kept.map((object) => {
    const wanted = find(after, object);
    return wanted === undefined ? object : applied(object, wanted, find(before, object));
  });
  const created = after.filter((object) => !isIn(live, object)).map((object) => begin(object, now));
  return [...changed, ...created];
}

function find(objects: readonly KubernetesObject[], object: KubernetesObject): KubernetesObject | undefined {
  return objects.find((other) => isSameObject(refOf(other), refOf(object)));
}

function applied(
  live: KubernetesObject,
  wanted: KubernetesObject,
  before: KubernetesObject | undefined,
): KubernetesObject {
  if (wanted.kind === "Secret") return live;
  const { metadata, ...rest } = merge(live, wanted, before) as KubernetesObject;
  const isChanged = !isDeepStrictEqual(rest["spec"], live["spec"]);
  const generation = isChanged ? (metadata.generation ?? 1) + 1 : metadata.generation;
  return {
    ...rest,
    metadata: { ...metadata, ...(generation === undefined ? {} : { generation }) },
  };
}

/** Three ways: what is live, what is wanted, and what was wanted before. */
function merge(live: unknown, wanted: unknown, before: unknown): unknown {
  // What nobody changed in git stays as it is, with what the API server filled in.
  if (isDeepStrictEqual(wanted, before)) return live;
  if (isMap(live) && isMap(wanted)) return mergeMaps(live, wanted, isMap(before) ? before : {});
  if (isNamedList(live) && isNamedList(wanted)) return mergeLists(live, wanted, isNamedList(before) ? before : []);
  return wanted;
}

function mergeMaps(live: Fields, wanted: Fields, before: Fields): Fields {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(live)) if (key in wanted || !(key in before)) merged[key] = value;
  for (const [key, value] of Object.entries(wanted))
    merged[key] = key in live ? merge(live[key], value, before[key]) : value;
  return merged;
}

function mergeLists(live: readonly Named[], wanted: readonly Named[], before: readonly Named[]): readonly unknown[] {
  const byName = (list: readonly Named[], name: string): Named | undefined => list.find((item) => item.name === name);
  const own = wanted.map((item) => merge(byName(live, item.name) ?? item, item, byName(before, item.name) ?? {}));
  const others = live.filter(({ name }) => byName(wanted, name) === undefined && byName(before, name) === undefined);
  return [...own, ...others];
}

function begin(object: KubernetesObject, now: Date): KubernetesObject {
  const metadata = {
    ...object.metadata,
    uid: crypto.randomUUID(),
    generation: 1,
    creationTimestamp: now.toISOString(),
  };
  return { ...object, metadata };
}

type Named = { readonly name: string } & Fields;

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is readonly Named[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => isMap(item) && typeof item["name"] === "string")
  );
}
