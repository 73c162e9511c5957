import { compareBytes } from "../tree.ts";
import {
  fieldOf,
  isBlank,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Place,
  type Scalar,
  scalarAt,
  textOf,
  withEntry,
  withoutEntry,
} from "../yaml/node.ts";
import { parseConfiguration } from "../yaml/parse.ts";
import { partOf, type Text } from "../yaml/text.ts";
import type { Folder } from "./folder.ts";
import { applyOperations, type Operation, readOperations } from "./json-patch.ts";
import { mergeObject } from "./merge.ts";
import type { MergeSchema } from "./merge-schema.ts";
import { readObjects } from "./objects.ts";
import { Refused, refuse } from "./refused.ts";
import { metadataMap, metadataText, Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { readSelector } from "./selector.ts";
import { setText } from "./set-field.ts";

/** A patch as it was read: objects to be merged, or operations. */
type Patch =
  | { readonly kind: "merge"; readonly objects: readonly Mapping[] }
  | { readonly kind: "operations"; readonly operations: readonly Operation[] };

/** Applies one entry of `patches`. */
export function applyPatch(resources: Resources, entry: Mapping, folder: Folder): void {
  const text = patchText(entry, folder);
  const patch = readPatch(text, entry);
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
  const objects = entries.flatMap((entry) => strategicMerge(entry, folder));
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
  const text = patchText(entry, folder, false);
  const [document] = documentsOf(text);
  const operations = document === undefined ? [] : readOperations(document);
  if (operations === undefined) refuse("BAD_PATCH", "decoding the patch: expected a list", entry);
  if (operations.length === 0) refuse("BAD_PATCH", "patch appears to be empty", entry);
  operate(resources, target, operations, false);
}

function strategicMerge(entry: Scalar, folder: Folder): readonly Mapping[] {
  try {
    return readObjects(folder.textIn(entry, "patch"));
  } catch (error) {
    if (!(error instanceof Refused) || entry.text.includes("\n")) throw error;
    return folder.loader.objects(folder.pathTo(entry), "patch", entry);
  }
}

function patchText(entry: Mapping, folder: Folder, isTrimmed = true): Text {
  const patch = fieldOf(entry, "patch");
  const path = fieldOf(entry, "path");
  const inline = patch?.kind === "scalar" ? folder.textIn(patch, "patch") : undefined;
  const text = inline !== undefined && isTrimmed ? trimmed(inline) : inline;
  const hasText = text !== undefined && text.text !== "";
  if (path?.kind !== "scalar" || path.text === "") {
    return hasText ? text : refuse("BAD_PATCH", "must specify one of patch and path", entry);
  }
  if (hasText) return refuse("BAD_PATCH", "patch and path can't be set at the same time", entry);
  return folder.loader.text(folder.pathTo(path), "patch", path);
}

function trimmed(text: Text): Text {
  const start = text.text.length - text.text.trimStart().length;
  return partOf(text, start, Math.max(start, text.text.trimEnd().length));
}

function readPatch(text: Text, entry: Mapping): Patch {
  const operations = readJsonPatch(text);
  try {
    const objects = readObjects(text);
    if (objects.length > 0 && operations !== undefined && operations.length > 0) {
      return refuse("BAD_PATCH", "illegally qualifies as both an SM and JSON patch", entry);
    }
    // A patch that says nothing is a list of no operations.
    return objects.length > 0 ? { kind: "merge", objects } : { kind: "operations", operations: [] };
  } catch (error) {
    if (!(error instanceof Refused) || operations === undefined) throw error;
    return { kind: "operations", operations };
  }
}

function readJsonPatch(text: Text): readonly Operation[] | undefined {
  if (text.text.startsWith("[") && !isJson(text.text)) return undefined;
  try {
    const [document] = documentsOf(text);
    return document === undefined ? [] : readOperations(document);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function documentsOf(text: Text): readonly Node[] {
  const parsed = parseConfiguration(text);
  if (parsed.ok) return parsed.documents;
  return refuse(parsed.flaw.code, `MalformedYAMLError: ${parsed.flaw.message}`, {
    source: text.source,
    start: parsed.flaw.at,
  });
}

function operate(resources: Resources, target: Node, operations: readonly Operation[], remembers: boolean): void {
  for (const resource of resources.all.filter(readSelector(target))) {
    if (remembers) resource.rememberId();
    if (resource.node === undefined) continue;
    const node = resource.isAnnotated ? withAnnotations(resource.node) : resource.node;
    const patched = applyOperations(node, operations);
    resource.node = patched;
    resource.sharesScalars = false;
  }
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

function withTextAnnotations(patch: Mapping): Mapping {
  const metadata = fieldOf(patch, "metadata");
  return metadata?.kind === "map" ? withEntry(patch, "metadata", withTextMap(metadata, patch, "annotations")) : patch;
}

function withTextMap(metadata: Mapping, patch: Mapping, key: "labels" | "annotations"): Mapping {
  const old = fieldOf(metadata, key);
  if (old === undefined) return metadata;
  const texts = [...metadataMap(patch, key)].sort(([a], [b]) => compareBytes(a, b));
  if (texts.length === 0) return withoutEntry(metadata, key);
  const entries = texts.map(([name, text]) => {
    const place: Place = fieldOf(old, name) ?? old;
    return { key: name, keyTag: "!!str", keyStart: place.start, value: scalarAt(place, text, "!!str", "PLAIN") };
  });
  return withEntry(metadata, key, mappingAt(old, entries));
}

function mergeInto(resource: Resource, patch: Mapping, options: Options, schema: MergeSchema): void {
  const before = resource.node;
  if (before === undefined) return;
  if (options.isAny) resource.rememberId();
  const merged = mergeObject(before, options.isAny ? withTextAnnotations(patch) : patch, schema);
  if (merged === undefined || merged.entries.length === 0) {
    resource.node = undefined;
    return;
  }
  resource.change(() => withIdentity(merged, before, options));
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
