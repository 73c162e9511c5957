import type { History } from "../../evidence/commit.ts";
import { nameOfFamily } from "./family.ts";
import { nearestName } from "./nearest.ts";
import type { MissingObject, Resolution } from "./resolution.ts";
import { commitsSince } from "./since.ts";
import { successorOf, takesAway } from "./successor.ts";

/** What a missing object was meant to be, told by what commits did to it, or else by its name. */
export function resolveName(history: History, missing: MissingObject): Resolution {
  const since = commitsSince(history, missing.introduced);
  const at = since.findIndex((commit) => takesAway(commit, missing));
  const removal = since[at];
  return removal === undefined ? byName(missing) : successorOf(removal, since.slice(0, at), missing);
}

function byName(missing: MissingObject): Resolution {
  const nearest = nearestName(missing.name, missing.candidates);
  if (nearest !== undefined) return { is: "follow", to: nearest, basis: "nearest-name", commit: null };
  const bare = missing.kind.endsWith("Repository") ? nameOfSource(missing) : undefined;
  if (bare !== undefined) return { is: "follow", to: bare, basis: "nearest-name", commit: null };
  const related = missing.by === undefined ? undefined : nameOfFamily(missing.name, missing.by, missing.candidates);
  if (related !== undefined) return { is: "follow", to: related, basis: "family-name", commit: null };
  return {
    is: "unclear",
    because: `no ${missing.kind} has ever been called ${missing.name} here, and no name comes near it`,
    commit: null,
  };
}

// What a source is, not which one: `acme-helm-charts` and `acme` name the same.
const SOURCE_WORDS = /-(?:helm|oci|charts?|repo|repository)(?=-|$)/g;

function nameOfSource({ name, candidates }: MissingObject): string | undefined {
  const [only, ...others] = candidates.filter((candidate) => bareName(candidate) === bareName(name));
  return others.length === 0 ? only : undefined;
}

function bareName(name: string): string {
  return name.replace(SOURCE_WORDS, "");
}
