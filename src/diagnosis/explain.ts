import { keyOf } from "../signal/object.ts";
import { leadsOf } from "./leads/leads.ts";
import type { Lookup } from "./lookup.ts";
import type { Trouble } from "./symptom.ts";

/** A trouble with the troubles that another one explains. */
export type Cause = { readonly trouble: Trouble; readonly explains: readonly Trouble[] };

/**
 * Sorts troubles into those that stand for themselves and those that others explain, by structure: what waits for
 * something points to what it waits for. A trouble counts as explained where each of its symptoms is.
 */
export function causesOf(lookup: Lookup, troubles: readonly Trouble[]): readonly Cause[] {
  const known = new Map(troubles.map((trouble) => [keyOf(trouble.root), trouble]));
  const leads = new Map(troubles.map((trouble) => [keyOf(trouble.root), explanations(lookup, trouble, known)]));
  const explained = new Map<string, Trouble[]>();
  for (const trouble of troubles) {
    const root = rootsOf(keyOf(trouble.root), leads);
    for (const key of root) if (key !== keyOf(trouble.root)) append(explained, key, trouble);
  }
  return troubles
    .filter((trouble) => rootsOf(keyOf(trouble.root), leads).has(keyOf(trouble.root)))
    .map((trouble) => ({ trouble, explains: explained.get(keyOf(trouble.root)) ?? [] }));
}

// Follows the leads to where they end; what only leads back to itself stands for itself.
function rootsOf(start: string, leads: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set<string>();
  const ends = new Set<string>();
  const waiting = [start];
  while (waiting.length > 0) {
    const key = waiting.pop() ?? "";
    if (seen.has(key)) continue;
    seen.add(key);
    const next = leads.get(key) ?? new Set<string>();
    if (next.size === 0) ends.add(key);
    else waiting.push(...next);
  }
  return ends.size === 0 ? new Set([start]) : ends;
}

function explanations(lookup: Lookup, trouble: Trouble, known: ReadonlyMap<string, Trouble>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const symptom of trouble.symptoms) {
    const keys = leadsOf(lookup, symptom)
      .map(keyOf)
      .filter((key) => known.has(key) && key !== keyOf(trouble.root));
    if (keys.length === 0) return new Set();
    for (const key of keys) found.add(key);
  }
  return found;
}

function append(map: Map<string, Trouble[]>, key: string, trouble: Trouble): void {
  map.set(key, [...(map.get(key) ?? []), trouble]);
}
