import {
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  scalarAt,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { entriesOf, generatedText } from "./generated-node.ts";
import { idText, isSameId } from "./id.ts";
import { refuse } from "./refused.ts";
import { metadataMap, type Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** Adds a generated resource: a new one, or over the one it says it merges with or replaces. */
export function absorb(resources: Resources, resource: Resource): void {
  const id = idText(resource.id);
  const [old, ...more] = resources.matching((other) => isSameId(other, resource.id));
  const { behavior } = resource;
  const isOver = behavior === "merge" || behavior === "replace";
  if (old === undefined) {
    if (isOver) refuse("NO_TARGET", `id ${id} does not exist; cannot merge or replace`, resource.place);
    resources.add([resource], resource.place);
    return;
  }
  if (more.length > 0)
    refuse("SEVERAL_TARGETS", `found multiple objects that could accept merge of ${id}`, resource.place);
  if (!isOver) refuse("DUPLICATE_ID", `id ${id} exists; behavior must be merge or replace`, resource.place);
  resource.origin = (behavior === "merge" ? old.origin : resource.origin) ?? resource.origin ?? old.origin;
  takeIdentity(resource, old);
  if (behavior === "merge")
    resource.change((node) => withData(withData(node, old.node, "data"), old.node, "binaryData"));
  resources.replace(old, resource);
}

// The name and what kustomize remembers are the older one's; labels and annotations are both's.
function takeIdentity(resource: Resource, old: Resource): void {
  resource.needsHash = resource.needsHash && old.needsHash;
  resource.behavior = old.behavior;
  resource.previous = old.previous;
  resource.prefixes = old.prefixes;
  resource.suffixes = old.suffixes;
  resource.variables = old.variables;
  resource.transformations = old.transformations;
  const before = old.node;
  if (before === undefined) return;
  resource.change((node) => {
    let metadata = fieldOf(node, "metadata") as Mapping;
    for (const key of ["labels", "annotations"] as const) metadata = withPairs(metadata, node, before, key);
    const name = nodeAt(before, "metadata", "name");
    const namespace = nodeAt(before, "metadata", "namespace");
    if (name !== undefined) metadata = withEntry(metadata, "name", name);
    metadata =
      namespace === undefined ? withoutEntry(metadata, "namespace") : withEntry(metadata, "namespace", namespace);
    return withEntry(node, "metadata", metadata);
  });
}

function withPairs(metadata: Mapping, own: Mapping, old: Mapping, key: "labels" | "annotations"): Mapping {
  const pairs = [old, own].flatMap((node) => {
    const map = nodeAt(node, "metadata", key);
    return [...metadataMap(node, key)].map(([name, text]) => {
      const place = fieldOf(map, name) ?? node;
      return [name, scalarAt(place, text, "!!str", "PLAIN")] as const;
    });
  });
  if (pairs.length === 0) return withoutEntry(metadata, key);
  return withEntry(metadata, key, mappingAt(metadata, entriesOf(new Map(pairs))));
}

function withData(node: Mapping, old: Mapping | undefined, key: "data" | "binaryData"): Mapping {
  const fields = [fieldOf(old, key), fieldOf(node, key)].flatMap((map) => (map?.kind === "map" ? map.entries : []));
  if (fields.length === 0) return withoutEntry(node, key);
  const data = new Map<string, Node>();
  for (const { key: name, value } of fields) {
    const text = value.kind === "scalar" && value.tag !== "!!null" ? value.text : "";
    const behind = data.get(name);
    const scalar = generatedText(value, text);
    data.set(name, behind === undefined ? scalar : { ...scalar, behind });
  }
  return withEntry(node, key, mappingAt(fieldOf(node, key) ?? node, entriesOf(data)));
}
