import type { Commit } from "../evidence/commit.ts";
import type { Culprit, FactDraft } from "./hypothesis.ts";

/** A commit of the history as an incident cites it. */
export function culpritOf({ hash, author, at, subject }: Commit): Culprit {
  return { commit: hash, author, at, subject };
}

/** A commit as a sentence names it. */
export function commitText({ commit }: Pick<Culprit, "commit">): string {
  return `commit ${commit.slice(0, 8)}`;
}

/** A commit and what it did, as a fact; none where no commit did it. */
export function citeCommit(culprit: Culprit | null | undefined, did: string): readonly FactDraft[] {
  if (!culprit) return [];
  const { commit, subject, at } = culprit;
  const text = `${commitText(culprit)} (${subject}) ${did}`;
  return [{ verdict: "FOUND", kind: "commit", text, source: `git ${commit}`, at }];
}
