import { isSameObject, type KubernetesObject, kindKey, type ObjectRef, refOf } from "../../signal/object.ts";
import { folderOf } from "../file-path.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";

/**
 * The source that a release must mean which stands with it: the only one of the kind in its own file, or else in its
 * folder, that no other release takes its chart from. Undefined where none or several stand there.
 */
export function sourceBeside(scene: Scene, release: KubernetesObject, missing: ObjectRef): string | undefined {
  const home = fileOf(scene, refOf(release));
  if (home === undefined) return undefined;
  const placed = scene.lookup
    .allIn(kindKey(missing), missing.namespace ?? undefined)
    .map((source) => ({ source: refOf(source), file: fileOf(scene, refOf(source)) ?? "" }))
    .filter(({ file }) => file !== "" && folderOf(file) === folderOf(home));
  const sameFile = placed.filter(({ file }) => file === home);
  const [only, ...others] = sameFile.length > 0 ? sameFile : placed;
  if (only === undefined || others.length > 0) return undefined;
  return isTaken(scene, release, only.source) ? undefined : only.source.name;
}

// What stands in two files was copied, and one of them bears the wrong name.
function fileOf({ manifests }: Scene, object: ObjectRef): string | undefined {
  const [file, ...others] = new Set(manifests.findObject(object).map(({ rendered }) => rendered.origin.file));
  return others.length === 0 ? file : undefined;
}

function isTaken({ lookup }: Scene, release: KubernetesObject, source: ObjectRef): boolean {
  return lookup
    .all("helm.toolkit.fluxcd.io/HelmRelease")
    .filter((other) => !isSameObject(refOf(other), refOf(release)))
    .some((other) => WAYS.some((way) => isNamedAt(other, way, source)));
}

const WAYS = [
  ["spec", "chartRef"],
  ["spec", "chart", "spec", "sourceRef"],
];

function isNamedAt(release: KubernetesObject, way: readonly string[], { kind, namespace, name }: ObjectRef): boolean {
  const inNamespace = textAt(release, ...way, "namespace") ?? release.metadata.namespace ?? null;
  return (
    textAt(release, ...way, "kind") === kind && textAt(release, ...way, "name") === name && inNamespace === namespace
  );
}
