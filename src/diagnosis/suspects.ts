import { diffValues } from "../manifest/difference.ts";
import { stemOf } from "../manifest/generated-name.ts";
import { isEqual } from "../manifest/json.ts";
import { type FieldPath, isSamePath, valueAt } from "../manifest/path.ts";
import { type Json, type KubernetesObject, keyOf, type ObjectRef } from "../signal/object.ts";
import { isRedacted } from "../signal/secret-forms.ts";
import { isPartOf } from "./applied.ts";
import { declaredOf } from "./declared.ts";
import { historyOf } from "./history.ts";
import type { Lookup } from "./lookup.ts";
import { isProven, settledAt } from "./proven.ts";
import { quantityOf } from "./quantity.ts";
import { withoutRestated } from "./restated.ts";
import type { Scene } from "./scene.ts";
import type { Suspect } from "./suspect.ts";
import { currentReplicaSet } from "./symptoms/workloads.ts";
import { servingSpec, templatesOf } from "./templates.ts";
import { isUsedAgain } from "./there-before.ts";
import { podTemplateOf, referencesOf } from "./workload.ts";

/**
 * The fields of a workload, and of what its pods read, that are other than before: by the repository's history where
 * it is known, and by the templates that its controller keeps. Newest first; a field changed twice counts once.
 */
export function suspectsOf(scene: Scene, workload: ObjectRef): readonly Suspect[] {
  const settled = settledAt(scene.lookup, workload);
  const kept = isProven(scene.lookup, workload, settled) ? [] : keptTemplates(scene.lookup, workload);
  const live = scene.lookup.get(workload);
  const recent = (object: ObjectRef): readonly Suspect[] =>
    historyOf(scene, object).filter(({ path, commit }) => path.length > 0 && (commit?.at ?? "") > settled);
  const known = historyOf(scene, workload);
  const own = recent(workload)
    .filter((suspect) => isApplied(suspect, live) && !isServing(scene.lookup, live, suspect))
    .map((suspect) => withMemory(suspect, kept, scene.changes(workload)));
  const around = dependenciesOf(scene, workload)
    .flatMap(recent)
    .filter((suspect) => !isElse(scene.lookup, suspect))
    .map((suspect) => withContent(suspect, kept));
  const declared = declaredOf(scene, workload);
  const remembered = kept
    .filter(
      (field) =>
        !own.some((suspect) => isSamePath(suspect.path, field.path)) &&
        // Where git says otherwise already there is nothing to take back.
        (declared === undefined || isSaid(valueAt(declared, field.path), field.to)),
    )
    .map((field) => {
      const change = known.find((each) => isSameChange(each, field));
      return change === undefined ? field : { ...change, worked: field.worked };
    });
  const found = [...own, ...around, ...remembered].filter((suspect) => !isDerived(suspect));
  const current = declared ?? live;
  return current === undefined ? found : withoutRestated(scene, current, found);
}

// What has not been applied yet did nothing. Only plain values can be told: the API server adds to maps and lists.
function isApplied({ path, to }: Suspect, live: KubernetesObject | undefined): boolean {
  return live === undefined || isSaid(valueAt(live, path), to);
}

// Content that still is what it was before the commit, or that somebody changed by hand since.
function isElse(lookup: Lookup, { object, path, to }: Suspect): boolean {
  const live = lookup.get(object);
  const value = valueAt(live, path);
  const isHidden = typeof value === "string" && isRedacted(value);
  return live !== undefined && !isHidden && !isEqual(value, to);
}

// Pods of the former template have it too, and are ready.
function isServing(lookup: Lookup, live: KubernetesObject | undefined, { path, to }: Suspect): boolean {
  const serving = live === undefined ? undefined : servingSpec(lookup, live);
  const within = path.slice(POD_SPEC.length);
  const isOfPods = within.length > 0 && isSamePath(path.slice(0, POD_SPEC.length), POD_SPEC);
  return serving !== undefined && to !== undefined && isOfPods && isPartOf(to, valueAt(serving, within));
}

function isSaid(value: Json | undefined, to: Json | undefined): boolean {
  if (!isPlain(to) || !isPlain(value)) return true;
  return String(value) === String(to) || (quantityOf(value) !== undefined && quantityOf(value) === quantityOf(to));
}

function isPlain(value: Json | undefined): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

type Kept = Suspect;

const POD_SPEC: FieldPath = ["spec", "template", "spec"];

// The API server keeps an empty map where git had none: what came with the map came with the field.
function isSameChange(change: Suspect, { path, from, to }: Suspect): boolean {
  if (isSamePath(change.path, path)) return isEqual(change.from, from);
  const within = path.slice(change.path.length);
  const came = within.reduceRight<Json | undefined>((value, step) => ({ [step]: value ?? null }), to);
  return (
    change.from === undefined && isEqual(change.to, came) && isSamePath(change.path, path.slice(0, -within.length))
  );
}

// Who has gone back to a template did not leave the one before because it worked.
function isGoneBack(lookup: Lookup, object: KubernetesObject): boolean {
  const current = object.kind === "Deployment" ? currentReplicaSet(lookup, object) : undefined;
  return current !== undefined && isUsedAgain(current);
}

// What a controller's former template said otherwise.
function keptTemplates(lookup: Lookup, workload: ObjectRef): readonly Kept[] {
  const object = lookup.get(workload);
  const templates = object === undefined || isGoneBack(lookup, object) ? undefined : templatesOf(lookup, object);
  if (templates === undefined) return [];
  const { current, former, worked } = templates;
  const changes = diffValues(former, current, POD_SPEC);
  return changes.map((change) => ({ ...change, object: workload, commit: null, worked }));
}

// Where the value before the newest commit was no better, the one that is known to have worked is what to go back to,
// and the commit that left it is the cause.
function withMemory(suspect: Suspect, kept: readonly Kept[], changes: ReturnType<Scene["changes"]>): Suspect {
  const memory = kept.find((field) => isSamePath(field.path, suspect.path));
  if (memory === undefined || memory.worked === null) return suspect;
  if (isEqual(memory.from, suspect.from)) return { ...suspect, worked: memory.worked };
  const left = changes.find((change) => isSamePath(change.path, suspect.path) && isEqual(change.from, memory.from));
  if (left === undefined) return suspect;
  return { ...suspect, from: memory.from, commit: left.commit, worked: memory.worked, isOverlaid: true };
}

// The former template read the same generated object under the name of its former content.
function withContent(suspect: Suspect, kept: readonly Kept[]): Suspect {
  const renamed = kept.find((field) => isDerived(field) && field.to === suspect.object.name);
  return renamed === undefined ? suspect : { ...suspect, worked: renamed.worked };
}

// ConfigMaps and Secrets that the pods read: a program fails by their content as much as by its own template.
function dependenciesOf(scene: Scene, workload: ObjectRef): readonly ObjectRef[] {
  const declared = declaredOf(scene, workload) ?? scene.lookup.get(workload);
  const found = new Map<string, ObjectRef>();
  for (const reference of referencesOf(podTemplateOf(declared))) {
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

/** The text of a value for a sentence. */
export function valueText(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The text at a path of what git renders for an object, undefined where git does not have it. */
export function declaredAt(scene: Scene, object: ObjectRef, path: FieldPath): unknown {
  return valueAt(declaredOf(scene, object), path);
}
