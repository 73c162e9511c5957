import { Malformed } from "./cursor.ts";
import type { Entry, Mapping, Node } from "./node.ts";

/**
 * The map with what its merge key (`<<`) brings in put in place; throws Malformed, at `start`, where that is not a map
 * or a list of maps, or where there are two.
 */
export function withMerged(map: Mapping, start: number): Mapping {
  const merge = map.entries.find(({ keyTag }) => keyTag === "!!merge");
  return merge === undefined ? map : merged(map, merge, start);
}

function merged(map: Mapping, merge: Entry, start: number): Mapping {
  const others = map.entries.filter((entry) => entry !== merge);
  if (others.some(({ keyTag }) => keyTag === "!!merge")) {
    throw new Malformed("DUPLICATE_KEY", "duplicate merge key", start);
  }
  const entries = [...others];
  for (const { entries: added } of [...mergeSources(merge.value, start), { entries: others }]) {
    for (const entry of added) {
      const index = entries.findIndex(({ key }) => key === entry.key);
      if (index < 0) entries.push(entry);
      else entries[index] = entry;
    }
  }
  return { ...map, entries };
}

// Last first: what stands earlier in the list wins.
function mergeSources(value: Node, start: number): readonly Mapping[] {
  if (value.kind === "map") return [value];
  const items = value.kind === "list" ? value.items : [value];
  const sources = items.map((item) => {
    if (item.kind === "map") return item;
    throw new Malformed("MALFORMED_YAML", "map merge requires map or sequence of maps as the value", start);
  });
  return sources.reverse();
}
