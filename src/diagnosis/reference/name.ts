import type { Commit, History } from "../../evidence/commit.ts";
import { nearestName } from "./nearest.ts";
import type { Resolution } from "./resolution.ts";
import { commitsSince } from "./since.ts";
import { successorOf, takesAway } from "./successor.ts";

/** What is asked about an object that a manifest names and that does not exist. */
export type MissingObject = {
  readonly kind: string;
  readonly name: string;
  /** The names of the objects of this kind that exist where the reference looks, less those it names already. */
  readonly candidates: readonly string[];
  /** The names that stand beside the lost one already. */
  readonly named?: ReadonlySet<string>;
  /** The commit that wrote the reference, where one is known: what happened to its target before that is not its story. */
  readonly introduced?: Commit | undefined;
};

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
  return {
    is: "unclear",
    because: `no ${missing.kind} has ever been called ${missing.name} here, and no name comes near it`,
    commit: null,
  };
}
