import type { Commit, History } from "../../evidence/commit.ts";

/** The commits from the newest down to this one, itself included; all that are known where it is not given. */
export function commitsSince(history: History, first: Commit | undefined): readonly Commit[] {
  if (!history.known) return [];
  const at = first === undefined ? -1 : history.commits.indexOf(first);
  return at < 0 ? history.commits : history.commits.slice(0, at + 1);
}
