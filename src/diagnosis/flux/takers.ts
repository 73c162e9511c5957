import { isSameObject, type KubernetesObject, type ObjectRef, refOf } from "../../signal/object.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";

/** Whether a commit changed what releases that take their chart from a source are given: that was meant for the new chart. */
export function changesTakers(scene: Scene, source: ObjectRef, commit: string): boolean {
  const takers = scene.lookup.all("helm.toolkit.fluxcd.io/HelmRelease").filter((release) => takes(release, source));
  return takers.some((release) =>
    scene
      .changes(refOf(release))
      .some(({ path: [first, second], commit: own }) => own.commit === commit && isGiven(first, second)),
  );
}

function isGiven(first: unknown, second: unknown): boolean {
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
