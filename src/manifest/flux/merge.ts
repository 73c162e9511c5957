import { refuse } from "../kustomize/refused.ts";
import {
  type Entry,
  fieldOf,
  type Mapping,
  mappingAt,
  type Node,
  nodeAt,
  type Place,
  scalarAt,
  sequenceAt,
  textOf,
  withEntry,
} from "../yaml/node.ts";
import { jsonOf } from "../yaml/value.ts";

const SELECTOR = ["group", "version", "kind", "namespace", "name", "labelSelector", "annotationSelector"];
const REMOTE = /^(?:(?:git::|gh:|ssh:\/\/|https?:\/\/|git@|github\.com[:/]).|(?:file:\/\/)?\/)/i;

/** The fields of a spec that stand in a kustomization.yaml as they are, under their names there. */
const RENAMED = {
  namespace: "targetNamespace",
  namePrefix: "namePrefix",
  nameSuffix: "nameSuffix",
  buildMetadata: "buildMetadata",
} as const;

/**
 * Puts what a Flux Kustomization's spec says into the kustomization.yaml it builds, as Flux does before it builds.
 * `exists` tells whether there is such a file or folder.
 */
export function mergeKustomization(found: Mapping, flux: Node, exists: (path: string) => boolean): Mapping {
  const spec = nodeAt(flux, "spec");
  let kustomization = found;
  for (const [key, from] of Object.entries(RENAMED)) {
    const value = fieldOf(spec, from);
    if (value !== undefined) kustomization = withEntry(kustomization, key, value);
  }
  const added = {
    patches: itemsOf(spec, "patches").map(patchOf),
    components: componentsOf(spec, exists),
    patchesStrategicMerge: itemsOf(spec, "patchesStrategicMerge").map(asJsonText),
    patchesJson6902: itemsOf(spec, "patchesJson6902").map(jsonPatchOf),
  };
  for (const [key, items] of Object.entries(added)) kustomization = withItems(kustomization, key, items);
  return withImages(kustomization, itemsOf(spec, "images"));
}

function componentsOf(spec: Node | undefined, exists: (path: string) => boolean): readonly Node[] {
  const components = itemsOf(spec, "components");
  for (const component of components) {
    const path = textOf(component);
    if (REMOTE.test(path)) refuse("REMOTE", `component path '${path}' must be local and relative`, component);
  }
  const mayMiss = textOf(fieldOf(spec, "ignoreMissingComponents")) === "true";
  return mayMiss ? components.filter((component) => exists(textOf(component))) : components;
}

/** Flux asks for annotations where a kustomization.yaml names no resources, only so that it is not empty. */
export function withoutEmptiness(found: Mapping): Mapping {
  if (itemsOf(found, "resources").length > 0) return found;
  const text = scalarAt(found, "originAnnotations", "!!str", "PLAIN");
  return withEntry(found, "buildMetadata", sequenceAt(found, [text]));
}

/** The kustomization.yaml that Flux makes for a folder that has none; a placeholder keeps it from being empty. */
export function generatedKustomization(resources: readonly string[], place: Place): Mapping {
  const text = (value: string): Node => scalarAt(place, value, "!!str", "PLAIN");
  const entry = (key: string, value: Node): Entry => ({ key, keyTag: "!!str", keyStart: place.start, value });
  if (resources.length === 0) return mappingAt(place, [entry("namespace", text("_placeholder"))]);
  return mappingAt(place, [entry("resources", sequenceAt(place, resources.map(text)))]);
}

function itemsOf(node: Node | undefined, key: string): readonly Node[] {
  const list = fieldOf(node, key);
  return list?.kind === "list" ? list.items : [];
}

function withItems(map: Mapping, key: string, added: readonly Node[]): Mapping {
  const [first] = added;
  if (first === undefined) return map;
  const old = fieldOf(map, key);
  return withEntry(map, key, sequenceAt(old ?? first, [...itemsOf(map, key), ...added]));
}

function patchOf(patch: Node): Node {
  return patch.kind === "map" ? only(patch, ["patch", "target"], only) : patch;
}

function jsonPatchOf(patch: Node): Node {
  const operations = fieldOf(patch, "patch");
  if (patch.kind !== "map" || operations === undefined) return patch;
  return withEntry(only(patch, ["patch", "target"], only), "patch", asJsonText(operations));
}

/** The mapping with these keys only; its own mappings cut down to what selects objects. */
function only(
  map: Mapping,
  keys: readonly string[],
  inside?: (map: Mapping, keys: readonly string[]) => Mapping,
): Mapping {
  const kept = map.entries.filter(({ key }) => keys.includes(key));
  if (inside === undefined) return { ...map, entries: kept };
  const entries = kept.map((entry) =>
    entry.value.kind === "map" ? { ...entry, value: inside(entry.value, SELECTOR) } : entry,
  );
  return { ...map, entries };
}

function asJsonText(node: Node): Node {
  return scalarAt(node, JSON.stringify(jsonOf(node)), "!!str", "QUOTE_DOUBLE");
}

/** An image that both name keeps what only the file says of it; tag and digest count as one. */
function withImages(map: Mapping, added: readonly Node[]): Mapping {
  const [first] = added;
  if (first === undefined) return map;
  const images = [...itemsOf(map, "images")];
  for (const image of added) {
    const at = images.findIndex((known) => textOf(fieldOf(known, "name")) === textOf(fieldOf(image, "name")));
    const known = images[at];
    if (known?.kind === "map" && image.kind === "map") images[at] = overridden(known, image);
    else images.push(image);
  }
  return withEntry(map, "images", sequenceAt(fieldOf(map, "images") ?? first, images));
}

function overridden(known: Mapping, image: Mapping): Mapping {
  const said = (key: string): boolean => textOf(fieldOf(image, key)) !== "";
  const isVersioned = said("newTag") || said("digest");
  const taken = image.entries.filter(
    ({ key }) => (key === "newName" && said(key)) || (isVersioned && (key === "newTag" || key === "digest")),
  );
  const kept = known.entries.filter(
    ({ key }) => !taken.some((entry) => entry.key === key) && !(isVersioned && (key === "newTag" || key === "digest")),
  );
  return { ...known, entries: [...kept, ...taken] };
}
