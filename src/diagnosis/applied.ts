import { isList, isMap } from "../manifest/json.ts";
import type { Json, JsonMap, KubernetesObject, ObjectRef } from "../signal/object.ts";
import { isRedacted } from "../signal/secret-forms.ts";
import type { Scene } from "./scene.ts";

/** Whether all that git says of an object's spec and labels is what the cluster has, so that applying it changes nothing. */
export function isApplied(scene: Scene, ref: ObjectRef): boolean {
  const declared = scene.manifests.findObject(ref)[0]?.rendered.object;
  const live = scene.lookup.get(ref);
  return declared !== undefined && live !== undefined && isPartOf(claimOf(declared), claimOf(live));
}

function claimOf({ metadata: { labels = {}, annotations = {} }, spec = {} }: KubernetesObject): JsonMap {
  return { labels, annotations, spec };
}

/** Whether a live value says all that a manifest says: what is left out is the API server's to fill in, and redacted values cannot be compared. */
export function isPartOf(part: Json | undefined, whole: Json | undefined): boolean {
  if (typeof whole === "string" && isRedacted(whole)) return true;
  if (isList(part))
    return isList(whole) && part.length === whole.length && part.every((item, at) => isPartOf(item, whole[at]));
  if (!isMap(part)) return part === whole;
  return isMap(whole) && Object.entries(part).every(([key, value]) => isPartOf(value, whole[key]));
}
