import { diffValues } from "../manifest/difference.ts";
import { isEqual } from "../manifest/json.ts";
import { type FieldPath, valueAt } from "../manifest/path.ts";
import { type Json, type KubernetesObject, keyOf, type ObjectRef, refOf, refText } from "../signal/object.ts";
import { stemOf } from "./changes.ts";
import { declaredOf } from "./declared.ts";
import type { Culprit } from "./hypothesis.ts";
import type { Lookup } from "./lookup.ts";
import { conditionOf, numberAt, textAt } from "./read.ts";
import type { Scene } from "./scene.ts";
import { currentReplicaSet, formerReplicaSets } from "./symptoms/workloads.ts";
import { podTemplateOf, referencesOf } from "./workload.ts";

/** A field that is other than it was when all was well, with who changed it and what is known of the old value. */
export type Suspect = {
  readonly object: ObjectRef;
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
  /** The commit that changed it; null where only the cluster remembers the old value. */
  readonly commit: Culprit | null;
  /** Where the old value is known to have worked: `ReplicaSet catalog-75db…, 2 pods of which are ready`. */
  readonly worked: string | null;
};

/**
 * The fields of a workload, and of what its pods read, that are other than before: by the repository's history where
 * it is known, and by the templates that its controller keeps. Newest first; a field changed twice counts once.
 */
export function suspectsOf(scene: Scene, workload: ObjectRef): readonly Suspect[] {
  const kept = keptTemplates(scene.lookup, workload);
  const settled = settledAt(scene.lookup, workload);
  const recent = (object: ObjectRef): readonly Suspect[] =>
    historyOf(scene, object).filter(({ path, commit }) => path.length > 0 && (commit?.at ?? "") > settled);
  const own = recent(workload).map((suspect) => withMemory(suspect, kept));
  const around = dependenciesOf(scene, workload).flatMap(recent);
  const remembered = kept.filter((field) => !own.some((suspect) => isSamePath(suspect.path, field.path)));
  return [...own, ...around, ...remembered].filter((suspect) => !isDerived(suspect));
}

// With what a commit did before the last rollout was done, the pods came up: it is not why they do not now.
function settledAt(lookup: Lookup, workload: ObjectRef): string {
  const progressing = conditionOf(lookup.get(workload), "Progressing");
  return progressing?.reason === "NewReplicaSetAvailable" ? (progressing.toldAt ?? "") : "";
}

/** What commits changed in one object and is still as they left it, newest first; a field changed twice counts once. */
export function historyOf(scene: Scene, object: ObjectRef): readonly Suspect[] {
  const seen: FieldPath[] = [];
  const current = declaredOf(scene, object);
  return scene.changes(object).flatMap((change) => {
    if (seen.some((path) => isSamePath(path, change.path))) return [];
    seen.push(change.path);
    const isInForce = change.path.length === 0 || isEqual(valueAt(current, change.path), change.to);
    return isInForce ? [{ ...change, object: { ...change.object, namespace: object.namespace }, worked: null }] : [];
  });
}

type Kept = Suspect;

// A controller keeps the templates it had: the newest one that ever had ready pods is what worked.
function keptTemplates(lookup: Lookup, workload: ObjectRef): readonly Kept[] {
  const object = lookup.get(workload);
  if (object === undefined || object.kind !== "Deployment") return [];
  const current = currentReplicaSet(lookup, object);
  const [former] = formerReplicaSets(lookup, object);
  if (current === undefined || former === undefined) return [];
  const worked = workedText(former);
  return diffValues(templateSpec(former), templateSpec(current), ["spec", "template", "spec"]).map((change) => ({
    ...change,
    object: workload,
    commit: null,
    worked,
  }));
}

function templateSpec(replicaSet: KubernetesObject): Json {
  return (podTemplateOf(replicaSet)?.spec ?? {}) as Json;
}

// Pods of it that are not ready either speak against it; one that has none left made way in its time.
function workedText(replicaSet: KubernetesObject): string | null {
  const pods = numberAt(replicaSet, "status", "replicas") ?? 0;
  const ready = numberAt(replicaSet, "status", "readyReplicas") ?? 0;
  const name = refText(refOf(replicaSet));
  if (ready > 0) return `${name}, ${ready} pod${ready === 1 ? "" : "s"} of which ${ready === 1 ? "is" : "are"} ready`;
  return pods > 0 ? null : `${name}, which ran before`;
}

function withMemory(suspect: Suspect, kept: readonly Kept[]): Suspect {
  const memory = kept.find((field) => isSamePath(field.path, suspect.path) && isEqual(field.from, suspect.from));
  return memory === undefined ? suspect : { ...suspect, worked: memory.worked };
}

// ConfigMaps and Secrets that the pods read: a program fails by their content as much as by its own template.
function dependenciesOf(scene: Scene, workload: ObjectRef): readonly ObjectRef[] {
  const declared = declaredOf(scene, workload) ?? scene.lookup.get(workload);
  const template = declared === undefined ? undefined : podTemplateOf(declared);
  if (template === undefined) return [];
  const found = new Map<string, ObjectRef>();
  for (const reference of referencesOf(template)) {
    if (reference.kind !== "ConfigMap" && reference.kind !== "Secret") continue;
    const ref = { apiVersion: "v1", kind: reference.kind, namespace: workload.namespace, name: reference.name };
    found.set(keyOf(ref), ref);
  }
  return [...found.values()];
}

// The name of a generated ConfigMap changes with its content: the content is the change.
function isDerived(suspect: Suspect): boolean {
  const { from, to } = suspect;
  return typeof from === "string" && typeof to === "string" && from !== to && stemOf(from) === stemOf(to);
}

function isSamePath(a: FieldPath, b: FieldPath): boolean {
  return a.length === b.length && a.every((step, at) => step === b[at]);
}

/** Whether a path stands at or below another. */
export function isWithin(path: FieldPath, top: FieldPath): boolean {
  return path.length >= top.length && top.every((step, at) => step === path[at]);
}

/** The text of a value for a sentence. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The name at the end of an image reference: its tag or digest, or undefined where it has none. */
export function tagOf(image: string): string | undefined {
  return /@(sha256:[0-9a-f]+)$/.exec(image)?.[1] ?? /:([\w.-]+)$/.exec(image)?.[1];
}

/** The text at a path of what git renders for an object, undefined where git does not have it. */
export function declaredAt(scene: Scene, object: ObjectRef, path: FieldPath): unknown {
  return valueAt(declaredOf(scene, object), path);
}

/** The text at a path of what runs, undefined where it is not there. */
export function liveTextAt(scene: Scene, object: ObjectRef, path: FieldPath): string | undefined {
  return textAt(scene.lookup.get(object), ...path);
}
