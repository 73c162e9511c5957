import { pullShape } from "../shapes/threads.ts";
import { type Actor, isPull, type PullThread, type Repo, stamp, type World } from "../state.ts";
import { setThreadState } from "./threads.ts";

const NOTHING = "0".repeat(40);

/** Moves a ref, makes it, or removes it (`to` undefined), and tells of what follows from that. */
export async function moveRef(world: World, repo: Repo, ref: string, to: string | undefined, by: Actor): Promise<void> {
  const from = await repo.git.resolve(ref);
  if (to === undefined) await repo.git.deleteRef(ref);
  else await repo.git.setRef(ref, to);
  await tellOfMove(world, repo, { ref, from, to }, by);
}

/** What follows from a ref that has moved: the push is told, and open pull requests go along. */
export async function tellOfMove(
  world: World,
  repo: Repo,
  { ref, from, to }: { readonly ref: string; readonly from: string | undefined; readonly to: string | undefined },
  by: Actor,
): Promise<void> {
  if (!ref.startsWith("refs/heads/") || from === to) return;
  world.tell("push", undefined, repo, by, {
    ref,
    before: from ?? NOTHING,
    after: to ?? NOTHING,
    created: from === undefined,
    deleted: to === undefined,
    forced: from !== undefined && to !== undefined && !(await repo.git.isAncestor(from, to)),
    base_ref: null,
    compare: `${world.url}/compare`,
    commits: [],
    head_commit: null,
    pusher: { name: by.login },
  });
  const branch = ref.slice("refs/heads/".length);
  for (const thread of openPullsOf(repo)) followMove(world, repo, thread, branch, to, by);
}

function openPullsOf(repo: Repo): PullThread[] {
  return [...repo.threads.values()].filter(isPull).filter((thread) => thread.state === "open");
}

function followMove(
  world: World,
  repo: Repo,
  thread: PullThread,
  branch: string,
  to: string | undefined,
  by: Actor,
): void {
  const { head, base } = thread.pull;
  if (base.ref === branch && to !== undefined) {
    base.sha = to;
    thread.pull.mergeAsked = false;
  }
  if (head.ref !== branch) return;
  if (to === undefined) {
    setThreadState(world, repo, thread, "closed", by);
    return;
  }
  const before = head.sha;
  head.sha = to;
  thread.updatedAt = stamp(world);
  thread.pull.mergeAsked = false;
  const pull_request = pullShape(world, repo, thread);
  world.tell("pull_request", "synchronize", repo, by, { number: thread.number, before, after: to, pull_request });
}
