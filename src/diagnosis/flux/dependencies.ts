import type { Json, KubernetesObject, ObjectRef } from "../../signal/object.ts";
import { listAt, textAt } from "../read.ts";
import type { FieldHistory, Scene } from "../scene.ts";

/** What a Kustomization or HelmRelease waits for: others of its kind. */
export function dependenciesOf(object: KubernetesObject): readonly ObjectRef[] {
  const { apiVersion, kind, metadata } = object;
  return listAt(object, "spec", "dependsOn").flatMap((entry) => {
    const name = textAt(entry, "name");
    const namespace = textAt(entry, "namespace") ?? metadata.namespace ?? null;
    return name === undefined ? [] : [{ apiVersion, kind, namespace, name }];
  });
}

/** What a commit changed in what an object waits for, with the names before and after. */
export type DependencyChange = {
  readonly change: FieldHistory;
  readonly before: readonly string[];
  readonly now: readonly string[];
};

/** What commits changed in what this object waits for, newest commit first. */
export function dependencyChanges(scene: Scene, object: ObjectRef): readonly DependencyChange[] {
  return scene
    .changes(object)
    .filter(({ path: [first, second] }) => first === "spec" && second === "dependsOn")
    .map((change) => ({ change, before: namesIn(change.from), now: namesIn(change.to) }));
}

function namesIn(value: Json | undefined): readonly string[] {
  return [value].flat().flatMap((entry) => textAt(entry, "name") ?? []);
}
