import { diffValues } from "../manifest/difference.ts";
import { readHelmRelease } from "../manifest/flux/helm-release.ts";
import type { FieldPath } from "../manifest/path.ts";
import type { Json, ObjectRef } from "../signal/object.ts";
import { firstValue } from "./first-value.ts";
import type { FieldHistory, Scene } from "./scene.ts";

/** One value of a release that a commit changed, and the field in git that says it: the value itself, or a text of values. */
export type ValuesChange = {
  /** Within the values. */
  readonly path: FieldPath;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
  readonly said: FieldHistory;
};

/** What commits changed in the values of a release: its own, and those of the ConfigMaps that it names. */
export function valuesChanges(
  { manifests, changes }: Pick<Scene, "manifests" | "changes">,
  release: ObjectRef,
): readonly ValuesChange[] {
  const found = manifests.findObject(release)[0]?.rendered.object;
  if (found === undefined) return [];
  const own = changes(release).filter(({ path }) => path[0] === "spec" && path[1] === "values");
  const { valuesFrom } = readHelmRelease(found);
  const texts = valuesFrom.filter(({ kind, targetPath }) => kind === "ConfigMap" && targetPath === null);
  return [
    ...own.map((said) => ({ path: said.path.slice(2), from: said.from, to: said.to, said })),
    ...texts.flatMap(({ kind, name, valuesKey }) =>
      changes({ apiVersion: "v1", kind, namespace: release.namespace, name })
        .filter(({ path }) => path[0] === "data" && path[1] === valuesKey)
        .flatMap((said) => diffValues(valuesOf(said.from), valuesOf(said.to)).map((change) => ({ ...change, said }))),
    ),
  ];
}

function valuesOf(text: Json | undefined): Json | undefined {
  return typeof text === "string" ? firstValue(text) : undefined;
}
