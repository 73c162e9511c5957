import type { Manifests } from "../manifest/manifests.ts";
import { type KubernetesObject, kindKey, type ObjectRef, refOf } from "../signal/object.ts";

/**
 * The objects that what cannot be built now made before a commit, and would make no more once it builds again: Flux
 * would prune them. One that only moved to another namespace or Kustomization counts as kept.
 */
export function prunedBy(now: Manifests, before: Manifests, after: Manifests): readonly ObjectRef[] {
  const broken = now.kustomizations.map(({ id }) => id).filter((id) => !now.render(id).ok);
  const missing = withoutThose(objectsOf(before, broken), objectsOf(after, broken));
  if (missing.length === 0) return [];
  const all = after.kustomizations.map(({ id }) => id);
  return withoutThose(missing, objectsOf(after, all)).map(refOf);
}

function objectsOf(manifests: Manifests, ids: readonly string[]): readonly KubernetesObject[] {
  return ids.flatMap((id) => {
    const rendering = manifests.render(id);
    return rendering.ok ? rendering.objects.map(({ object }) => object) : [];
  });
}

function withoutThose(objects: readonly KubernetesObject[], kept: readonly KubernetesObject[]) {
  const names = new Set(kept.map(nameOf));
  return objects.filter((object) => !names.has(nameOf(object)));
}

function nameOf(object: KubernetesObject): string {
  return `${kindKey(object)}/${object.metadata.name}`;
}
