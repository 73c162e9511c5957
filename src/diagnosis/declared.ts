import type { Manifests } from "../manifest/manifests.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import { type KubernetesObject, type ObjectRef, refOf } from "../signal/object.ts";
import type { Lookup } from "./lookup.ts";

type Seen = { readonly lookup: Lookup; readonly manifests: Manifests };

/**
 * What git renders for a live object. A plain folder of manifests that names no namespace is applied by whoever applies
 * it: there the only live object of that kind and name is meant.
 */
function renderedOf({ lookup, manifests }: Seen, ref: ObjectRef): RenderedObject | undefined {
  const [found] = manifests.findObject(ref);
  if (found !== undefined || ref.namespace === null) return found?.rendered;
  const bare = manifests
    .findObject({ ...ref, namespace: null })
    .filter(
      ({ kustomization, rendered }) => kustomization.ref === null && rendered.object.metadata.namespace === undefined,
    );
  const [only, ...others] = bare;
  return others.length === 0 && isOnlyOne(lookup, ref) ? only?.rendered : undefined;
}

/** What git renders for a live object, as a manifest. */
export function declaredOf(seen: Seen, ref: ObjectRef): KubernetesObject | undefined {
  return renderedOf(seen, ref)?.object;
}

/** What git calls a live object, itself where git does not have it. */
export function gitRefOf(seen: Seen, ref: ObjectRef): ObjectRef {
  const declared = declaredOf(seen, ref);
  return declared === undefined ? ref : refOf(declared);
}

function isOnlyOne(lookup: Lookup, ref: ObjectRef): boolean {
  const group = ref.apiVersion.includes("/") ? ref.apiVersion.slice(0, ref.apiVersion.indexOf("/")) : "";
  return lookup.all(`${group}/${ref.kind}`).filter((object) => object.metadata.name === ref.name).length <= 1;
}
