import { fieldOf, type Mapping, nodeAt, type Place, textOf } from "../yaml/node.ts";
import { effectiveNamespace, type Gvk, gvkOf, type PreviousId, type ResourceId } from "./id.ts";
import type { Kinds } from "./kinds.ts";
import { keepShared } from "./shared.ts";

/** The file a resource came from, or the step and the file that configured it. */
export type BuildOrigin =
  | { readonly path: string }
  | { readonly configuredIn: string; readonly configuredBy: readonly (readonly [string, string])[] };

/** How a generated resource meets one of the same id. */
export type Behavior = "create" | "merge" | "replace" | "unspecified";

/**
 * An object on its way through the build, with what kustomize remembers about it (in annotations that it takes off at
 * the end). The nodes never change; a step puts new ones in their place.
 */
export class Resource {
  /** Undefined once a patch has deleted the object. */
  node: Mapping | undefined;
  /** The names it had before, oldest first. */
  previous: readonly PreviousId[] = [];
  prefixes: readonly string[] = [];
  suffixes: readonly string[] = [];
  behavior: Behavior | undefined;
  needsHash = false;
  /** The names of the variables that read a field of it. */
  variables: readonly string[] = [];
  /** What `buildMetadata` tells of it: where it comes from, and which steps it went through. */
  origin: BuildOrigin | undefined;
  transformations: readonly BuildOrigin[] = [];
  /** Whether a label step has written one scalar into several of its fields. */
  sharesScalars = false;
  /** The document it began as. */
  readonly place: Place;
  readonly #kinds: Kinds;
  #identified: { readonly node: Mapping; readonly id: ResourceId } | undefined;

  constructor(node: Mapping, kinds: Kinds) {
    this.node = node;
    this.place = node;
    this.#kinds = kinds;
  }

  /** What the object says it is now. */
  get id(): ResourceId {
    if (this.node === undefined) return { ...NO_GVK, name: "", namespace: "", isClusterScoped: false };
    if (this.#identified?.node !== this.node) this.#identified = { node: this.node, id: idOf(this.node, this.#kinds) };
    return this.#identified.id;
  }

  /** The ids it had before, oldest first; none of them is known to be cluster-scoped. */
  get previousIds(): readonly ResourceId[] {
    const { group, version } = this.id;
    return this.previous.map((previous) => ({ group, version, ...previous, isClusterScoped: false }));
  }

  /** The id it began with. */
  get originalId(): ResourceId {
    return this.previousIds[0] ?? this.id;
  }

  /** Puts a changed object in place of this one; what kustomize holds as one scalar stays one. */
  change(change: (node: Mapping) => Mapping): void {
    if (this.node === undefined) return;
    const changed = change(this.node);
    this.node = this.sharesScalars ? keepShared(this.node, changed) : changed;
  }

  /** Remembers the id before a step that may change it. */
  rememberId(): void {
    const { kind, name } = this.id;
    const namespace = effectiveNamespace(this.id);
    const last = this.previous.at(-1);
    // Remembering the same again would only make thousands of patches slow.
    if (last?.kind === kind && last.name === name && last.namespace === namespace) return;
    this.previous = [...this.previous, { kind, name, namespace }];
  }

  /** Loses everything that is remembered about it. */
  forget(): void {
    this.previous = [];
    this.prefixes = [];
    this.suffixes = [];
    this.behavior = undefined;
    this.needsHash = false;
    this.forgetOrigin();
  }

  /** Loses what `buildMetadata` tells of it. */
  forgetOrigin(): void {
    this.origin = undefined;
    this.transformations = [];
  }

  /** Whether kustomize would have annotations of its own on the object by now. */
  get isAnnotated(): boolean {
    const isNamed = this.previous.length + this.prefixes.length + this.suffixes.length > 0;
    return isNamed || this.behavior !== undefined || this.origin !== undefined;
  }
}

const NO_GVK: Gvk = { group: "", version: "", kind: "" };

function idOf(node: Mapping, kinds: Kinds): ResourceId {
  const gvk = gvkOf(node);
  return {
    ...gvk,
    name: metadataText(node, "name"),
    namespace: metadataText(node, "namespace"),
    isClusterScoped: kinds.isClusterScoped(gvk),
  };
}

/** A text of the object's metadata; empty where it is missing or null. */
export function metadataText(node: Mapping, key: string): string {
  const value = nodeAt(node, "metadata", key);
  return value?.kind === "scalar" && value.tag !== "!!null" ? value.text : "";
}

/** The texts of `metadata.labels` or `metadata.annotations`; what is no scalar counts as an empty text. */
export function metadataMap(node: Mapping, key: "labels" | "annotations"): ReadonlyMap<string, string> {
  const map = fieldOf(fieldOf(node, "metadata"), key);
  return new Map(map?.kind === "map" ? map.entries.map((entry) => [entry.key, textOf(entry.value)] as const) : []);
}
