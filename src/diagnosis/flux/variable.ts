import type { FluxKustomization } from "../../manifest/flux/kustomization.ts";
import type { Manifests } from "../../manifest/manifests.ts";
import { mapAt } from "../read.ts";
import type { Scene } from "../scene.ts";

/** Whether a variable of post-build substitution is set, by the Kustomization itself or by a ConfigMap or Secret it names. */
export function isSet(scene: Scene, manifests: Manifests, kustomization: FluxKustomization, variable: string): boolean {
  const { postBuild } = kustomization.spec;
  if (postBuild === null) return false;
  if (Object.hasOwn(postBuild.substitute, variable)) return true;
  const namespace = kustomization.ref?.namespace ?? null;
  return postBuild.substituteFrom.some(({ kind, name }) => {
    const ref = { apiVersion: "v1", kind, namespace, name };
    const declared = manifests.findObject(ref).filter((found) => found.kustomization.cluster === kustomization.cluster);
    const objects = declared.length > 0 ? declared.map(({ rendered }) => rendered.object) : [scene.lookup.get(ref)];
    return objects.some((object) =>
      Object.hasOwn({ ...mapAt(object, "data"), ...mapAt(object, "stringData") }, variable),
    );
  });
}

/** Whether any of these files names the variable. */
export function isUsed(manifests: Manifests, files: ReadonlySet<string>, variable: string): boolean {
  const use = new RegExp(`\\$\\{#?${variable}\\b`);
  return [...files].some((file) => use.test(new TextDecoder().decode(manifests.tree.read(file))));
}
