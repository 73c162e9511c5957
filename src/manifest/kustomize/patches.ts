import {
  fieldOf,
  isBlank,
  isNull,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Scalar,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import type { Folder } from "./folder.ts";
import { applyOperations, type Operation } from "./json-patch.ts";
import { mergeObject } from "./merge.ts";
import { DIRECTIVE } from "./merge-directive.ts";
import type { MergeSchema } from "./merge-schema.ts";
import { readJson6902, readPatch, readStrategicMerge } from "./read-patch.ts";
import { refuse } from "./refused.ts";
import { metadataText, Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { readSelector } from "./selector.ts";
import { setText } from "./set-field.ts";
import { withTextAnnotations, withTextMap } from "./text-map.ts";

/** Applies one entry of `patches`. */
export function applyPatch(resources: Resources, entry: Mapping, folder: Folder): void {
  const patch = readPatch(entry, folder);
  const target = fieldOf(entry, "target");
  const options = optionsOf(entry);
  if (patch.kind === "operations") {
    if (target === undefined) refuse("BAD_PATCH", "must specify a target for JSON patch", entry);
    operate(resources, target, patch.operations, true);
  } else if (target === undefined) {
    for (const object of patch.objects) {
      const source = new Resource(options.isAny ? withTextAnnotations(object) : object, folder.kinds);
      mergeInto(resources.one(source.id, object), object, options, folder.schema);
    }
  } else {
    if (patch.objects.length > 1) {
      const message =
        "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field";
      refuse("BAD_PATCH", message, entry);
    }
    const [object] = patch.objects;
    if (object !== undefined) mergeSelected(resources, readSelector(target), object, options, folder.schema);
  }
}

/** Applies the texts and files of `patchesStrategicMerge`. */
export function applyStrategicMerges(resources: Resources, entries: readonly Scalar[], folder: Folder): void {
  const objects = entries.flatMap((entry) => readStrategicMerge(entry, folder));
  if (objects.length === 0 && entries[0] !== undefined) refuse("BAD_PATCH", "patch appears to be empty", entries[0]);
  for (const object of objects) {
    const resource = resources.one(new Resource(object, folder.kinds).id, object);
    mergeSelected(resources, (other) => other === resource, object, NO_OPTIONS, folder.schema);
  }
}

/** Applies one entry of `patchesJson6902`. */
export function applyJson6902(resources: Resources, entry: Mapping, folder: Folder): void {
  const target = fieldOf(entry, "target");
  if (target === undefined || textOf(fieldOf(target, "name")) === "") {
    refuse("BAD_PATCH", "must specify the target name", entry);
  }
  operate(resources, target, readJson6902(entry, folder), false);
}

function operate(resources: Resources, target: Node, operations: readonly Operation[], remembers: boolean): void {
  for (const resource of resources.all.filter(readSelector(target))) {
    if (remembers) resource.rememberId();
    if (resource.node === undefined) continue;
    const node = resource.isAnnotated ? withAnnotations(resource.node) : resource.node;
    if (operations.some(writesAnnotations)) resource.forgetOrigin();
    resource.node = applyOperations(node, operations);
    resource.sharesScalars = false;
  }
}

function writesAnnotations({ op, path }: Operation): boolean {
  return op !== "test" && (path === "/metadata/annotations" || path === "/metadata" || path === "");
}

// kustomize keeps its notes in annotations, so that these are always there for a patch to add to.
function withAnnotations(object: Mapping): Mapping {
  if (!isBlank(nodeAt(object, "metadata", "annotations"))) return object;
  const metadata = fieldOf(object, "metadata");
  if (metadata?.kind !== "map") return object;
  return withEntry(object, "metadata", withEntry(metadata, "annotations", mappingAt(metadata, [])));
}

type Options = { readonly nameChange: boolean; readonly kindChange: boolean; readonly isAny: boolean };

const NO_OPTIONS: Options = { nameChange: false, kindChange: false, isAny: false };

function optionsOf(entry: Mapping): Options {
  const isOn = (key: string): boolean => textOf(nodeAt(entry, "options", key)) === "true";
  const [nameChange, kindChange] = [isOn("allowNameChange"), isOn("allowKindChange")];
  return { nameChange, kindChange, isAny: nameChange || kindChange };
}

function mergeSelected(
  resources: Resources,
  isSelected: (resource: Resource) => boolean,
  patch: Mapping,
  options: Options,
  schema: MergeSchema,
): void {
  for (const resource of resources.all.filter(isSelected)) {
    mergeInto(resource, forTarget(patch, resource), options, schema);
  }
  resources.dropEmpty();
  resources.checkIds(patch);
}

// A patch that is applied by target is made to look like it: its own labels and annotations are texts from then on, and
// a null among them does no longer delete.
function forTarget(patch: Mapping, resource: Resource): Mapping {
  const { group, version } = resource.id;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  let metadata = fieldOf(patch, "metadata");
  if (metadata?.kind === "map") {
    metadata = withTextMap(withTextMap(metadata, patch, "labels"), patch, "annotations");
    if (metadataText(patch, "namespace") === "") metadata = withoutEntry(metadata as Mapping, "namespace");
  }
  const own = metadata === undefined ? patch : withEntry(patch, "metadata", metadata);
  return setText(own, "apiVersion", {
    text: apiVersion,
    tag: "",
    place: fieldOf(resource.node, "apiVersion") ?? resource.place,
  });
}

function mergeInto(resource: Resource, patch: Mapping, options: Options, schema: MergeSchema): void {
  const before = resource.node;
  if (before === undefined) return;
  if (options.isAny) resource.rememberId();
  else if (clearsAnnotations(patch)) resource.forget();
  const merged = mergeObject(before, options.isAny ? withTextAnnotations(patch) : patch, schema);
  if (merged === undefined || merged.entries.length === 0) {
    resource.node = undefined;
    return;
  }
  resource.change(() => withIdentity(merged, before, options));
}

// kustomize keeps its notes in annotations, and loses them where a patch takes these away.
function clearsAnnotations(patch: Mapping): boolean {
  const metadata = fieldOf(patch, "metadata");
  const annotations = fieldOf(metadata, "annotations");
  return [metadata, annotations].some((node) => {
    const directive = textOf(fieldOf(node, DIRECTIVE));
    return (node !== undefined && isNull(node)) || directive === "replace" || directive === "delete";
  });
}

// A patch does not rename, move or turn into another kind what it is merged into, unless it says so.
function withIdentity(merged: Mapping, before: Mapping, { nameChange, kindChange }: Options): Mapping {
  let object = kindChange ? merged : withField(merged, "kind", fieldOf(before, "kind"));
  let metadata = fieldOf(object, "metadata");
  if (metadata?.kind !== "map") metadata = mappingAt(before, []);
  const old = fieldOf(before, "metadata");
  if (!nameChange) metadata = withField(metadata, "name", fieldOf(old, "name"));
  const namespace = metadataText(before, "namespace") === "" ? undefined : fieldOf(old, "namespace");
  metadata =
    namespace === undefined ? withoutEntry(metadata, "namespace") : withField(metadata, "namespace", namespace);
  object = withEntry(object, "metadata", metadata);
  return object;
}

function withField(map: Mapping, key: string, value: Node | undefined): Mapping {
  return value === undefined ? map : withEntry(map, key, value);
}
