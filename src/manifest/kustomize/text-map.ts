import { compareBytes } from "../tree.ts";
import { fieldOf, type Mapping, mappingAt, type Place, scalarAt, withEntry, withoutEntry } from "../yaml/node.ts";
import { plainTag } from "../yaml/scalar.ts";
import { metadataMap } from "./resource.ts";

/** The object with its annotations as kustomize writes them: every one a text, in order; none at all where none is left. */
export function withTextAnnotations(object: Mapping): Mapping {
  const metadata = fieldOf(object, "metadata");
  if (metadata?.kind !== "map") return object;
  return withEntry(object, "metadata", withTextMap(metadata, object, "annotations"));
}

/** The metadata with one of its maps as texts: what was none becomes the text it was written as, or an empty one. */
export function withTextMap(metadata: Mapping, object: Mapping, key: "labels" | "annotations"): Mapping {
  const old = fieldOf(metadata, key);
  if (old === undefined) return metadata;
  const texts = [...metadataMap(object, key)].sort(([a], [b]) => compareBytes(a, b));
  if (texts.length === 0) return withoutEntry(metadata, key);
  const entries = texts.map(([name, text]) => {
    const place: Place = fieldOf(old, name) ?? old;
    return { key: name, keyTag: plainTag(name), keyStart: place.start, value: scalarAt(place, text, "!!str", "PLAIN") };
  });
  return withEntry(metadata, key, mappingAt(old, entries));
}
