import { type ObjectRef, refOf } from "../../signal/object.ts";
import type { Scene } from "../scene.ts";
import { kustomizationOf } from "./fault.ts";
import type { NamedObject } from "./trouble.ts";

/** The object that a Kustomization renders and its controller names in a message, which leaves the apiVersion out. */
export function renderedRef(scene: Scene, kustomization: ObjectRef, named: NamedObject): ObjectRef | undefined {
  const id = kustomizationOf(scene, kustomization)?.id;
  const rendering = id === undefined ? undefined : scene.manifests.render(id);
  if (!rendering?.ok) return undefined;
  const found = rendering.objects.find(
    ({ object }) =>
      object.kind === named.kind &&
      object.metadata.name === named.name &&
      // What belongs to no namespace may say one all the same: the API server does not mind.
      (named.namespace === null || (object.metadata.namespace ?? named.namespace) === named.namespace),
  )?.object;
  return found === undefined ? undefined : refOf(found);
}
