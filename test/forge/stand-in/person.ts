import type { RepositoryRef } from "../../../src/incident/incident.ts";
import { type MergeMethod, mergePull, openPull } from "./deeds/pulls.ts";
import { moveRef } from "./deeds/refs.ts";
import { addComment, editThread, openThread, setThreadState } from "./deeds/threads.ts";
import { checkRunShape } from "./shapes/commits.ts";
import { pullOf, type Repo, stamp, threadOf, type World } from "./state.ts";

/** What a person does on the forge's pages, or with git. */
export type Person = ReturnType<typeof personOf>;

/** The person with this login. */
export function personOf(world: World, repoOf: (ref: RepositoryRef) => Repo, login: string) {
  const by = world.actor(login);
  return {
    /** Commits files (null removes one) on top of a branch, which is made where there is none. */
    push: async (
      ref: RepositoryRef,
      branch: string,
      files: Readonly<Record<string, string | Uint8Array | null>>,
      message = `Change ${Object.keys(files).join(", ")}`,
    ): Promise<string> => {
      const repo = repoOf(ref);
      const name = `refs/heads/${branch}`;
      const parent = (await repo.git.resolve(name)) ?? (await repo.git.resolve(`refs/heads/${repo.defaultBranch}`));
      const signature = { name: login, email: `${login}@example.com`, date: stamp(world) };
      const commit = await repo.git.commitFiles(parent, files, { message, by: signature });
      await moveRef(world, repo, name, commit, by);
      return commit;
    },
    /** Merges, and answers the merge commit. */
    merge: (ref: RepositoryRef, number: number, method: MergeMethod = "merge"): Promise<string> => {
      const repo = repoOf(ref);
      return mergePull(world, repo, pullOf(repo, number), method, by);
    },
    close: (ref: RepositoryRef, number: number): void => {
      const repo = repoOf(ref);
      setThreadState(world, repo, threadOf(repo, number), "closed", by, "not_planned");
    },
    reopen: (ref: RepositoryRef, number: number): void => {
      const repo = repoOf(ref);
      setThreadState(world, repo, threadOf(repo, number), "open", by);
    },
    deleteBranch: (ref: RepositoryRef, branch: string): Promise<void> =>
      moveRef(world, repoOf(ref), `refs/heads/${branch}`, undefined, by),
    /** Answers the number of the new issue. */
    openIssue: (ref: RepositoryRef, title: string, body: string, labels: readonly string[] = []): number =>
      openThread(world, repoOf(ref), { title, body, labels }, by).number,
    /** Answers the number of the new pull request. */
    openPull: async (
      ref: RepositoryRef,
      draft: { readonly title: string; readonly body: string; readonly head: string; readonly base: string },
    ): Promise<number> => (await openPull(world, repoOf(ref), { ...draft, draft: false }, by)).number,
    edit: (ref: RepositoryRef, number: number, change: { readonly title?: string; readonly body?: string }): void => {
      const repo = repoOf(ref);
      editThread(world, repo, threadOf(repo, number), change, by);
    },
    comment: (ref: RepositoryRef, number: number, body: string): void => {
      const repo = repoOf(ref);
      addComment(world, repo, threadOf(repo, number), body, by);
    },
    /** Asks for the newest check run of a commit once more. */
    rerunCheck: (ref: RepositoryRef, headSha: string): void => {
      const repo = repoOf(ref);
      const run = repo.checkRuns.findLast((one) => one.headSha === headSha);
      if (run === undefined) throw new Error(`No check run on ${headSha}`);
      world.tell("check_run", "rerequested", repo, by, { check_run: checkRunShape(world, repo, run) });
    },
  };
}
