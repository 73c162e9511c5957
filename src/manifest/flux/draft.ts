import type { Json, JsonMap, KubernetesObject, ObjectRef } from "../../signal/object.ts";
import { refOf } from "../../signal/object.ts";
import { isMap } from "../json.ts";
import { type Entry, type Mapping, mappingAt, type Node, type Place, scalarAt, sequenceAt } from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";
import { textAt } from "./fields.ts";
import type { FluxSpec } from "./kustomization.ts";
import { readFluxSpec } from "./read-kustomization.ts";

/** A Flux Kustomization on the way to its place in the tree. */
export type Draft = {
  readonly node: Mapping;
  readonly object: KubernetesObject;
  readonly ref: ObjectRef;
  readonly spec: FluxSpec;
};

/** What only a cluster knows stands in no file. */
const NOWHERE: Place = { source: { file: "", way: "flux" }, start: 0, end: 0, behind: undefined };

/** Whether bytes in git stand behind this place. */
export function isInGit(place: Place): boolean {
  return place.source.file !== "";
}

const drafts = new WeakMap<Mapping, Draft>();

/** The Kustomization that a document makes; undefined where it has no name. */
export function draftOf(node: Mapping): Draft | undefined {
  const draft = drafts.get(node) ?? read(node);
  if (draft !== undefined) drafts.set(node, draft);
  return draft;
}

function read(node: Mapping): Draft | undefined {
  const value = jsonOf(node) as JsonMap;
  const name = textAt(value, "metadata", "name");
  const apiVersion = textAt(value, "apiVersion");
  const kind = textAt(value, "kind");
  if (name === null || apiVersion === null || kind === null) return undefined;
  const metadata = { ...(isMap(value["metadata"]) ? value["metadata"] : {}), name };
  const object: KubernetesObject = { ...value, apiVersion, kind, metadata };
  const ref = refOf(object);
  return { node, object, ref: { ...ref, namespace: ref.namespace ?? "default" }, spec: readFluxSpec(object) };
}

const liveNodes = new WeakMap<KubernetesObject, Mapping>();

/** The Kustomization that a cluster holds. */
export function liveDraft(object: KubernetesObject): Draft | undefined {
  const node = liveNodes.get(object) ?? (nodeOf(object) as Mapping);
  liveNodes.set(object, node);
  return draftOf(node);
}

/** The Kustomization that a FluxInstance, or the HelmRelease that brings one, makes of its `sync`. */
export function instanceDraft(node: Mapping): Draft | undefined {
  const value = jsonOf(node) as JsonMap;
  const root = value["kind"] === "FluxInstance" ? ["spec", "sync"] : ["spec", "values", "instance", "sync"];
  const path = textAt(value, ...root, "path");
  if (path === null) return undefined;
  const namespace = textAt(value, "metadata", "namespace") ?? "flux-system";
  const name = textAt(value, ...root, "name") ?? namespace;
  const sourceRef = { kind: textAt(value, ...root, "kind") ?? "GitRepository", name };
  return liveDraft({
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name, namespace },
    spec: { path, sourceRef, interval: textAt(value, ...root, "interval") ?? "1m", prune: true },
  });
}

/** The Kustomization that a plain folder counts as. */
export function plainDraft(folder: string): Draft | undefined {
  return liveDraft({
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: folder || "." },
    spec: { path: folder },
  });
}

/** Tells two Kustomizations of one cluster apart. */
export function nameOf({ namespace, name }: Pick<ObjectRef, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

function nodeOf(value: Json): Node {
  if (Array.isArray(value)) return sequenceAt(NOWHERE, value.map(nodeOf));
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return mappingAt(
      NOWHERE,
      entries.map(([key, item]): Entry => ({ key, keyTag: "!!str", keyStart: 0, value: nodeOf(item) })),
    );
  }
  if (typeof value === "string") return scalarAt(NOWHERE, value, "!!str", "QUOTE_DOUBLE");
  const tag =
    { boolean: "!!bool", number: Number.isInteger(value) ? "!!int" : "!!float" }[typeof value as string] ?? "!!null";
  return scalarAt(NOWHERE, String(value), tag, "PLAIN");
}
