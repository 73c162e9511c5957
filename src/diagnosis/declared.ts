import type { Manifests } from "../manifest/manifests.ts";
import type { RenderedObject } from "../manifest/rendered.ts";
import { type KubernetesObject, kindKey, type ObjectRef, refOf } from "../signal/object.ts";
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

/** What git renders for an object of this cluster, and which of Flux's objects brings it; no other cluster's namesake. */
export function declaredHere(
  seen: Seen,
  ref: ObjectRef,
): { readonly object: KubernetesObject; readonly by: ObjectRef | null } | undefined {
  const found = seen.manifests.findObject(ref);
  const own = found.find(({ kustomization }) => kustomization.live);
  if (own !== undefined) return { object: own.rendered.object, by: own.kustomization.ref };
  const bare = found.length > 0 ? undefined : declaredOf(seen, ref);
  return bare && { object: bare, by: null };
}

/** All that git renders for this cluster. */
export function declaredObjects({ kustomizations, render }: Manifests): readonly KubernetesObject[] {
  return kustomizations
    .filter(({ live }) => live)
    .map(({ id }) => render(id))
    .flatMap((rendering) => (rendering.ok ? rendering.objects : []))
    .map(({ object }) => object);
}

/** What git calls a live object, or called one that is gone from it. */
export function gitRefOf(seen: Seen, ref: ObjectRef): ObjectRef {
  const declared = declaredOf(seen, ref);
  if (declared !== undefined) return refOf(declared);
  return ref.namespace !== null && isBareHome(seen, ref.namespace) ? { ...ref, namespace: null } : ref;
}

// Whether all there is are plain folders, whose objects that name no namespace live in this one.
function isBareHome({ lookup, manifests }: Seen, namespace: string): boolean {
  if (manifests.kustomizations.some(({ ref }) => ref !== null)) return false;
  const bare = manifests.kustomizations
    .map(({ id }) => manifests.render(id))
    .flatMap((rendering) => (rendering.ok ? rendering.objects : []))
    .filter(({ object }) => namespaceOf(object) === undefined);
  return homesOf(lookup, bare).has(namespace);
}

/**
 * Puts an object of a plain folder that names no namespace where it lives: with its only live namesake, or, new there,
 * in the one namespace that all the folder's others live in.
 */
export function homeIn(lookup: Lookup, rendered: readonly RenderedObject[]): (one: RenderedObject) => RenderedObject {
  const [only, ...others] = homesOf(lookup, rendered);
  const shared = others.length === 0 ? only : undefined;
  return (one) => {
    const { object } = one;
    if (object.metadata.namespace !== undefined) return one;
    const [namesake, ...more] = namesakesOf(lookup, object);
    const namespace = namesake === undefined ? sharedBy(lookup, object, shared) : namespaceOf(namesake);
    if (namespace === undefined || more.length > 0) return one;
    return { ...one, object: { ...object, metadata: { ...object.metadata, namespace } } };
  };
}

function homesOf(lookup: Lookup, rendered: readonly RenderedObject[]): ReadonlySet<string> {
  const namesakes = rendered.flatMap(({ object }) => namesakesOf(lookup, object));
  return new Set(namesakes.map(namespaceOf).filter((namespace) => namespace !== undefined));
}

// Of a kind that lives in no namespace, none does.
function sharedBy(lookup: Lookup, object: KubernetesObject, shared: string | undefined): string | undefined {
  return lookup.all(kindKey(object)).some((other) => namespaceOf(other) === undefined) ? undefined : shared;
}

function namespaceOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.namespace;
}

function isOnlyOne(lookup: Lookup, ref: ObjectRef): boolean {
  return lookup.all(kindKey(ref)).filter((object) => object.metadata.name === ref.name).length <= 1;
}

function namesakesOf(lookup: Lookup, object: KubernetesObject): readonly KubernetesObject[] {
  return lookup.all(kindKey(object)).filter(({ metadata }) => metadata.name === object.metadata.name);
}
