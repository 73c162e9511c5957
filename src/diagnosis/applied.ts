import type { KubernetesObject, ObjectRef } from "../signal/object.ts";
import { isRedacted } from "../signal/secret-forms.ts";
import type { Scene } from "./scene.ts";

/** Whether all that git says of an object's spec and labels is what the cluster has, so that applying it changes nothing. */
export function isApplied(scene: Scene, ref: ObjectRef): boolean {
  const declared = scene.manifests.findObject(ref)[0]?.rendered.object;
  const live = scene.lookup.get(ref);
  return declared !== undefined && live !== undefined && isPartOf(claimOf(declared), claimOf(live));
}

function claimOf({ metadata: { labels = {}, annotations = {} }, spec }: KubernetesObject) {
  return { labels, annotations, spec };
}

/** Whether a live value says all that a manifest says: what is left out is the API server's to fill in, and redacted values cannot be compared. */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof whole === "string" && isRedacted(whole)) return true;
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.length === whole.length && part.every((item, at) => isPartOf(item, whole[at]));
  }
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null) return false;
  return Object.entries(part).every(([key, value]) => isPartOf(value, (whole as Record<string, unknown>)[key]));
}
