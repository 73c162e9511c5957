import type { World } from "../evidence/world.ts";
import type { FieldChange } from "../manifest/difference.ts";
import { isMap, own } from "../manifest/json.ts";
import { type FieldPath, itemSelector, pathText } from "../manifest/path.ts";
import {
  isSameObject,
  type Json,
  type JsonMap,
  type ManagedFields,
  type ObjectRef,
  refOf,
  refText,
} from "../signal/object.ts";
import { autoscaledFields } from "./autoscaled.ts";

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
  const isIt = ({ kind, namespace, name }: ObjectRef): boolean =>
    kind === object.kind && namespace === object.namespace && name === object.name;
  return autoscaledFields(objects).find((scaled) => isIt(scaled.object) && path.includes(scaled.field))?.by;
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
