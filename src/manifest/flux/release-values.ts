import type { World } from "../../evidence/world.ts";
import type { JsonMap } from "../../signal/object.ts";
import type { Origin } from "../origin.ts";
import type { FieldPath } from "../path.ts";
import type { Refusal } from "../rendered.ts";
import type { FileTree } from "../tree.ts";
import { mappingAt, type Node, nodeAt, type Place, type Scalar } from "../yaml/node.ts";
import { partOf, type Text, textOfFile, textOfPlace, textOfScalar } from "../yaml/text.ts";
import { jsonOf } from "../yaml/value.ts";
import { textAt, textsAt } from "./fields.ts";
import { type HelmRelease, readHelmRelease, type ValuesFrom } from "./helm-release.ts";
import { type MergedValues, mergeHelmValues, type ValuesText } from "./helm-values.ts";
import type { FoundObject, Wanted } from "./object-index.ts";
import { originOfPlace } from "./place.ts";
import { nodeAtPath, nodeOfRendered } from "./rendered-object.ts";

/** The values a HelmRelease gives its chart, and the bytes that set each; `unknown` names what nobody here can read. */
export type ReleaseValues =
  | {
      readonly ok: true;
      readonly release: HelmRelease;
      readonly values: JsonMap;
      readonly originOf: (path: FieldPath) => Origin | undefined;
      readonly unknown: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** What is known around a release. */
export type ReleaseScene = {
  readonly tree: FileTree;
  readonly world: World | null;
  readonly findObject: (wanted: Wanted) => readonly FoundObject[];
};

/** Gathers the values of a HelmRelease as one Kustomization renders it. */
export function releaseValues(found: FoundObject, scene: ReleaseScene): ReleaseValues {
  const release = readHelmRelease(found.rendered.object);
  const merged = mergedValues(release, found, scene);
  if (!merged.ok) return merged;
  const { values, unknown } = merged;
  const originOf = (path: FieldPath): Origin | undefined => {
    const found = nodeAtPath(values, path);
    return found && originOfPlace(found);
  };
  return { ok: true, release, values: jsonOf(values) as JsonMap, originOf, unknown };
}

/** The values as they are written, merged in the order of their controller. */
export function mergedValues(
  release: HelmRelease,
  { kustomization, rendered }: FoundObject,
  scene: ReleaseScene,
): MergedValues {
  const node = nodeOfRendered(rendered);
  const own = nodeAt(node, "spec", "values");
  const namespace = release.ref.namespace ?? "default";
  return mergeHelmValues(own?.kind === "map" ? own : mappingAt(node ?? NOWHERE, []), release.valuesFrom, (from) =>
    textBehind(from, namespace, scene, kustomization.live),
  );
}

const NOWHERE: Place = { source: { file: "", way: "values" }, start: 0, end: 0, behind: undefined };

function textBehind(from: ValuesFrom, namespace: string, scene: ReleaseScene, isLive: boolean): ValuesText {
  const wanted = { kind: from.kind, namespace, name: from.name };
  const written = scene.findObject(wanted).find(({ kustomization }) => kustomization.live === isLive);
  if (written !== undefined) {
    const node = nodeOfRendered(written.rendered);
    if (from.kind === "Secret") return isKeyOf(node, from.valuesKey) ? "opaque" : "absent";
    const value = nodeAt(node, "data", from.valuesKey);
    return value?.kind === "scalar" ? textOfValue(value, scene.tree) : "absent";
  }
  return isLive ? textRunning(from, namespace, scene.world) : "unknown";
}

function isKeyOf(secret: Node | undefined, key: string): boolean {
  return ["data", "stringData"].some((part) => nodeAt(secret, part, key) !== undefined);
}

function textRunning(from: ValuesFrom, namespace: string, world: World | null): ValuesText {
  const object = world?.objects.find(
    ({ kind, metadata }) => kind === from.kind && metadata.namespace === namespace && metadata.name === from.name,
  );
  if (object === undefined) return world?.listed.has(`/${from.kind}`) === true ? "absent" : "unknown";
  if (!Object.hasOwn(textsAt(object, "data"), from.valuesKey)) return "absent";
  const text = textAt(object, "data", from.valuesKey) ?? "";
  return from.kind === "Secret" ? "opaque" : textOfPlace(NOWHERE, NOWHERE.source, text);
}

/** The text of a ConfigMap's value, each character where it stands in git as far as that can be told. */
function textOfValue(value: Scalar, tree: FileTree): Text {
  const source = { file: value.source.file, way: "values" } as const;
  const bytes = tree.read(value.source.file);
  if (bytes === undefined) return textOfPlace(value, source, value.text);
  const file = textOfFile(source, bytes);
  // A generator takes a file as it is.
  if (file?.text === value.text) return partOf(file, 0, file.text.length);
  return textOfScalar(value, source, bytes);
}
