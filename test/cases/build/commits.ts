import { createHash } from "node:crypto";
import type { ChangedFile, Commit, History } from "../../../src/evidence/commit.ts";
import type { Story } from "./story.ts";
import { COMMITTED, MADE, minutesAgo } from "./time.ts";
import { type Tree, textsOf } from "./tree.ts";

/** A commit of a story before it has a hash. */
export type StoryCommit = {
  readonly subject: string;
  readonly at: string;
  readonly files: Readonly<Record<string, string>>;
};

/** The commits of a story, oldest first. */
export function commitsOf(
  story: Pick<Story, "bad" | "subject" | "committed" | "innocent">,
  good: Tree,
  bad: Tree,
): readonly StoryCommit[] {
  const readme = { "README.md": "# Fleet\n" };
  const noted = { ...readme, "docs/runbook.md": "Who to ask.\n" };
  const first: StoryCommit[] = [
    { subject: "Bring the shop under Flux", at: minutesAgo(MADE), files: { ...textsOf(good), ...readme } },
    { subject: "docs: runbook", at: minutesAgo(3 * 24 * 60), files: { ...textsOf(good), ...noted } },
  ];
  const { committed = COMMITTED } = story;
  const { comes, makes } = story.innocent ?? { makes: (tree: Tree) => tree };
  const innocent = (tree: Tree, minutes: number): StoryCommit[] =>
    comes === undefined
      ? []
      : [{ subject: "Say whose it is", at: minutesAgo(minutes), files: { ...textsOf(makes(tree)), ...noted } }];
  if (story.bad === undefined) return [...first, ...innocent(good, COMMITTED)];
  const change = (tree: Tree): StoryCommit => ({
    subject: story.subject ?? "Tidy up the manifests",
    at: minutesAgo(committed),
    files: { ...textsOf(tree), ...noted },
  });
  return comes === "before"
    ? [...first, ...innocent(good, committed + 24 * 60), change(makes(bad))]
    : [...first, change(bad), ...innocent(bad, committed - 1)];
}

/** Stand-ins for the hashes that git would give these commits. */
export function hashesOf(commits: readonly StoryCommit[]): readonly string[] {
  return commits.map(({ files, subject }) =>
    createHash("sha1")
      .update(JSON.stringify([subject, files]))
      .digest("hex"),
  );
}

/** The history that these commits make. */
export function historyOf(commits: readonly StoryCommit[] | null): History {
  if (commits === null) return { known: false, because: "The repository is a plain folder without history." };
  const hashes = hashesOf(commits);
  const told = commits.map(({ subject, at, files }, index): Commit => {
    return {
      hash: hashes[index] ?? "",
      author: "A. Writer",
      at,
      subject,
      files: changesOf(commits[index - 1]?.files ?? {}, files),
    };
  });
  return { known: true, head: hashes.at(-1) ?? "", truncated: false, commits: told.toReversed() };
}

function changesOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly ChangedFile[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  const bytes = (text: string | undefined): Uint8Array | null =>
    text === undefined ? null : new TextEncoder().encode(text);
  return [...paths]
    .filter((path) => before[path] !== after[path])
    .map((path) => ({ path, before: bytes(before[path]), after: bytes(after[path]) }));
}
