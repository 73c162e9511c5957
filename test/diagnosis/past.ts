import { consider } from "../../src/proposal/consider.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import type { StoryCommit } from "../cases/build/commits.ts";
import { withFlux } from "../cases/build/flux.ts";
import { casesOf, materialOf, type Story } from "../cases/build/story.ts";
import { COMMITTED, MADE, minutesAgo } from "../cases/build/time.ts";
import { type Tree, textsOf } from "../cases/build/tree.ts";

/** A story of several commits: what git said at first, and after each of them. */
export type Past = Pick<Story, "fates" | "cluster"> & {
  readonly good: Tree;
  readonly steps: readonly [Tree, ...Tree[]];
  /** What the cluster runs where that is not the last step. */
  readonly runs?: Tree;
};

/** What is reported of a story of several commits, a few minutes apart. */
export function reportedOf({ good, steps, runs, ...more }: Past): readonly ReportedIncident[] {
  const last = steps.at(-1) ?? steps[0];
  const answer = { expected: "propose", category: [], roots: [] } as const;
  const [made] = casesOf({ id: "past", tells: "", good, bad: runs ?? last, git: answer, ...more });
  if (made === undefined) throw new Error("The story has no case");
  const commits = [
    commitOf("first", MADE, good),
    ...steps.map((tree, at) => commitOf(`step ${at + 1}`, COMMITTED + (steps.length - 1 - at) * 5, tree)),
  ];
  return consider(materialOf({ ...made, commits, files: commits.at(-1)?.files ?? {} })).incidents;
}

function commitOf(subject: string, minutes: number, tree: Tree): StoryCommit {
  return { subject, at: minutesAgo(minutes), files: textsOf(withFlux(tree)) };
}
