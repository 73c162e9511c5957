import {
  type Actor,
  isPull,
  type PullThread,
  type Refusal,
  type Repo,
  stamp,
  unprocessable,
  type World,
} from "../state.ts";
import { moveRef } from "./refs.ts";
import { openThread, tellOf } from "./threads.ts";

/** What a pull request is opened with. */
export type NewPull = {
  readonly title: string;
  readonly body: string | null;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
};

/** How a person merges. */
export type MergeMethod = "merge" | "squash";

/** Opens a pull request, under GitHub's conditions: both branches, commits between them, none open already. */
export async function openPull(world: World, repo: Repo, draft: NewPull, by: Actor): Promise<PullThread> {
  const ref = draft.head.startsWith(`${repo.owner}:`) ? draft.head.slice(repo.owner.length + 1) : draft.head;
  const [head, base] = await Promise.all([tipOf(repo, ref), tipOf(repo, draft.base)]);
  if (head === undefined) throw unprocessable({ resource: "PullRequest", field: "head", code: "invalid" });
  if (base === undefined) throw unprocessable({ resource: "PullRequest", field: "base", code: "invalid" });
  if (openFrom(repo, ref, draft.base) !== undefined)
    throw refused(`A pull request already exists for ${repo.owner}:${ref}.`);
  if ((await repo.git.between(base, head)).length === 0) throw refused(`No commits between ${draft.base} and ${ref}`);
  const pull = {
    head: { ref, sha: head },
    base: { ref: draft.base, sha: base },
    draft: draft.draft,
    mergeAsked: false,
    merged: undefined,
  };
  return openThread(world, repo, { ...draft, pull }, by) as PullThread;
}

/** Merges a pull request as a person does on its page. */
export async function mergePull(
  world: World,
  repo: Repo,
  thread: PullThread,
  method: MergeMethod,
  by: Actor,
): Promise<string> {
  const { head, base } = thread.pull;
  if (thread.state === "closed") throw new Error(`Pull request #${thread.number} is closed`);
  const tree = await repo.git.mergeTree(base.sha, head.sha);
  if (tree === undefined) throw new Error(`Pull request #${thread.number} has conflicts`);
  const title = `${thread.title} (#${thread.number})`;
  const signature = { name: by.login, email: `${by.login}@example.com`, date: stamp(world) };
  const commit = await repo.git.writeCommit({
    tree,
    parents: method === "merge" ? [base.sha, head.sha] : [base.sha],
    message: method === "merge" ? `Merge pull request #${thread.number} from ${repo.owner}/${head.ref}` : title,
    author: signature,
    committer: signature,
  });
  await moveRef(world, repo, `refs/heads/${base.ref}`, commit, by);
  const now = stamp(world);
  thread.pull.merged = { commit, at: now, by };
  Object.assign(thread, { state: "closed", closedAt: now, updatedAt: now });
  tellOf(world, repo, thread, "closed", by);
  return commit;
}

/** The open pull request from one branch to another. */
function openFrom(repo: Repo, head: string, base: string): PullThread | undefined {
  return [...repo.threads.values()]
    .filter(isPull)
    .find(({ state, pull }) => state === "open" && pull.head.ref === head && pull.base.ref === base);
}

function tipOf(repo: Repo, branch: string): Promise<string | undefined> {
  return repo.git.resolve(`refs/heads/${branch}`);
}

function refused(message: string): Refusal {
  return unprocessable({ resource: "PullRequest", code: "custom", message });
}
