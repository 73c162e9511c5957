import type { Commit, History } from "../../src/evidence/commit.ts";

/** Files of one commit: `[before, after]` texts, null where there is none. */
export type Changes = Readonly<Record<string, readonly [before: string | null, after: string | null]>>;

const bytes = (text: string | null) => (text === null ? null : new TextEncoder().encode(text));

/** A history of these commits, newest first; hashes count up from the oldest. */
export function historyOf(...newestFirst: readonly Changes[]): History {
  const commits = newestFirst.map((changes, at): Commit => {
    const age = newestFirst.length - at;
    return {
      hash: String(age).padStart(40, "0"),
      author: "Mira <mira@example.test>",
      at: new Date(Date.UTC(2026, 9, age)).toISOString(),
      subject: `change ${age}`,
      files: Object.entries(changes).map(([path, [before, after]]) => ({
        path,
        before: bytes(before),
        after: bytes(after),
      })),
    };
  });
  return { known: true, head: commits[0]?.hash ?? "", truncated: false, commits };
}
