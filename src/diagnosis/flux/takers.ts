import type { FieldPath } from "../../manifest/path.ts";
import { isSameObject, type KubernetesObject, type ObjectRef, refOf } from "../../signal/object.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";

/** Whether a commit changed what releases that take their chart from a source are given: that was meant for the new chart. */
export function changesTakers(scene: Scene, source: ObjectRef, commit: string): boolean {
  const takers = scene.lookup.all("helm.toolkit.fluxcd.io/HelmRelease").filter((release) => takes(release, source));
  return takers.some((release) =>
    scene.changes(refOf(release)).some(({ path, commit: own }) => own.commit === commit && isGiven(path)),
  );
}

/** Whether a field of a release is among what its chart is given. */
export function isGiven([first, second]: FieldPath): boolean {
  return first === "spec" && (second === "values" || second === "valuesFrom");
}

function takes(release: KubernetesObject, source: ObjectRef): boolean {
  return [
    ["spec", "chartRef"],
    ["spec", "chart", "spec", "sourceRef"],
  ].some((path) => {
    const name = textAt(release, ...path, "name");
    const namespace = textAt(release, ...path, "namespace") ?? release.metadata.namespace ?? null;
    const kind = textAt(release, ...path, "kind");
    return name !== undefined && kind === source.kind && isSameObject({ ...source, namespace, name }, source);
  });
}
