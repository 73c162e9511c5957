import type { Json } from "../../signal/object.ts";
import type { FieldPath } from "../path.ts";
import { type Entry, mappingAt, type Node, type Place, scalarAt, sequenceAt } from "./node.ts";
import { plainTag } from "./scalar.ts";

/** The nodes of a value; `placeOf` tells where the field at a path stands. */
export function nodeOfJson(value: Json, placeOf: (path: FieldPath) => Place, path: FieldPath = []): Node {
  const place = placeOf(path);
  if (Array.isArray(value)) {
    return sequenceAt(
      place,
      value.map((item: Json, index) => nodeOfJson(item, placeOf, [...path, index])),
    );
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]): Entry => {
      return { key, keyTag: "!!str", keyStart: place.start, value: nodeOfJson(item, placeOf, [...path, key]) };
    });
    return mappingAt(place, entries);
  }
  if (typeof value === "string") return scalarAt(place, value, "!!str", "QUOTE_DOUBLE");
  return scalarAt(place, String(value), plainTag(String(value)), "PLAIN");
}
