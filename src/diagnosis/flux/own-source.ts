import type { SourceRef } from "../../manifest/flux/kustomization.ts";
import { isSameObject, type KubernetesObject, refOf } from "../../signal/object.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { joinPath } from "./entries.ts";

/**
 * The source that an object must mean whose folder is in this very repository: the one that the Kustomization is built
 * from which brought the object here. Undefined where its folder is elsewhere, is built already, or may be any
 * repository's.
 */
export function ownSource(scene: Scene, owner: KubernetesObject): SourceRef | undefined {
  const folder = folderMeant(owner);
  if (folder === undefined || !folder.includes("/") || scene.manifests.tree.list(folder) === undefined)
    return undefined;
  if (isBuiltByAnother(scene, owner, folder)) return undefined;
  const bringers = scene.manifests.findObject(refOf(owner)).filter(({ kustomization: { source } }) => source.here);
  const [first, ...others] = bringers.map(({ kustomization }) => kustomization.spec.sourceRef);
  if (first?.kind !== "GitRepository") return undefined;
  return others.every(({ namespace, name }) => namespace === first.namespace && name === first.name)
    ? first
    : undefined;
}

function folderMeant(owner: KubernetesObject): string | undefined {
  const path = textAt(owner, "spec", "path") ?? textAt(owner, "spec", "chart", "spec", "chart");
  return path === undefined ? undefined : joinPath("", path);
}

function isBuiltByAnother({ manifests }: Scene, owner: KubernetesObject, folder: string): boolean {
  return manifests.kustomizations.some(
    ({ live, spec, ref }) => live && spec.path === folder && ref !== null && !isSameObject(ref, refOf(owner)),
  );
}
