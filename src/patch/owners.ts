import type { World } from "../evidence/world.ts";
import type { FieldChange } from "../manifest/difference.ts";
import { isMap, own } from "../manifest/json.ts";
import { type FieldPath, itemSelector, pathText, valueAt } from "../manifest/path.ts";
import {
  groupOf,
  isSameObject,
  type Json,
  type JsonMap,
  type KubernetesObject,
  type ManagedFields,
  refOf,
  refText,
} from "../signal/object.ts";

// Those who write what git says.
const OURS = /^(?:kustomize-controller|helm-controller|flux|helm|kubectl.*|source-controller)$/;

/** Why a change may not be made in git: something in the cluster owns the field. Undefined where nothing does. */
export function otherOwnerOf(world: World, changes: readonly FieldChange[]): string | undefined {
  for (const change of changes) {
    const owner = scalerOf(world, change) ?? managerOf(world, change);
    if (owner !== undefined) {
      return `${pathText(change.path)} of ${refText(change.object)} belongs to ${owner}: a change in git would be fought over.`;
    }
  }
  return undefined;
}

function scalerOf({ objects }: World, { object, path }: FieldChange): string | undefined {
  const scaler = objects.find((candidate) => owns(candidate, path) && targets(candidate, object));
  return scaler && refText(refOf(scaler));
}

function owns(scaler: KubernetesObject, path: FieldPath): boolean {
  const group = groupOf(scaler.apiVersion);
  if (scaler.kind === "HorizontalPodAutoscaler" || (scaler.kind === "ScaledObject" && group === "keda.sh")) {
    return path.length === 2 && path[0] === "spec" && path[1] === "replicas";
  }
  if (scaler.kind !== "VerticalPodAutoscaler") return false;
  const mode = valueAt(scaler, ["spec", "updatePolicy", "updateMode"]);
  return path.includes("resources") && path.includes("requests") && mode !== "Off" && mode !== "Initial";
}

function targets(scaler: KubernetesObject, object: FieldChange["object"]): boolean {
  const target = valueAt(scaler, ["spec", "scaleTargetRef"]) ?? valueAt(scaler, ["spec", "targetRef"]);
  if (!isMap(target) || scaler.metadata.namespace !== (object.namespace ?? undefined)) return false;
  const { kind, name } = target;
  return name === object.name && (kind === object.kind || (kind === undefined && object.kind === "Deployment"));
}

function managerOf({ objects }: World, { object, path }: FieldChange): string | undefined {
  const live = objects.find((candidate) => isSameObject(refOf(candidate), object));
  const owners = (live?.metadata.managedFields ?? []).filter((entry) => isOwned(entry, path));
  if (owners.length === 0 || owners.some(({ manager = "" }) => OURS.test(manager))) return undefined;
  return `the field manager ${owners[0]?.manager}`;
}

// The path in `fieldsV1`: keys as `f:spec`, list items as `k:{"name":"app"}`.
function isOwned({ fieldsV1 }: ManagedFields, path: FieldPath): boolean {
  let node: Json | undefined = fieldsV1;
  for (const step of path) {
    if (!isMap(node)) return false;
    const selector = itemSelector(step);
    const fields: JsonMap = node;
    const key: string | undefined =
      selector === undefined ? `f:${step}` : Object.keys(fields).find((each) => isItem(each, selector));
    node = key === undefined ? undefined : own(fields, key);
  }
  return node !== undefined;
}

function isItem(key: string, { key: name, value }: { readonly key: string; readonly value: string }): boolean {
  if (!key.startsWith("k:")) return false;
  const item: JsonMap = JSON.parse(key.slice(2));
  return String(own(item, name)) === value;
}
