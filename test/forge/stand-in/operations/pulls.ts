import type { JsonMap } from "../../../../src/signal/object.ts";
import { openPull } from "../deeds/pulls.ts";
import { editThread, setThreadState } from "../deeds/threads.ts";
import { changeShape } from "../shapes/commits.ts";
import { userShape } from "../shapes/people.ts";
import { pullShape } from "../shapes/threads.ts";
import { type Answer, isPull, type PullThread, pullOf, type RepoCall, type Thread } from "../state.ts";
import { isInState, sorted } from "./issues.ts";

/** Pull requests (https://docs.github.com/rest/pulls). */
export const pullOperations = {
  "pulls/list": ({ world, repo, query }: RepoCall): Answer => {
    const head = query.get("head");
    const base = query.get("base");
    const found = sorted([...repo.threads.values()].filter(isPull), query).filter(
      (thread) =>
        isInState(thread, query) &&
        (head === null || head === `${repo.owner}:${thread.pull.head.ref}`) &&
        (base === null || base === thread.pull.base.ref),
    );
    return { status: 200, pages: found.map((thread) => pullShape(world, repo, thread)) };
  },

  "pulls/get": async (call: RepoCall): Promise<Answer> => {
    const thread = pullOf(call.repo, Number(call.params["pull_number"]));
    const body = await fullShape(call, thread);
    thread.pull.mergeAsked = true;
    return { status: 200, body };
  },

  "pulls/create": async (call: RepoCall): Promise<Answer> => {
    const {
      title,
      head,
      base,
      body = null,
      draft = false,
    } = call.body as {
      title: string;
      head: string;
      base: string;
      body?: string | null;
      draft?: boolean;
    };
    const thread = await openPull(call.world, call.repo, { title, head, base, body, draft }, call.actor);
    return { status: 201, body: await fullShape(call, thread) };
  },

  "pulls/update": async (call: RepoCall): Promise<Answer> => {
    const { world, repo, params, actor } = call;
    const thread = pullOf(repo, Number(params["pull_number"]));
    const { title, body, state } = call.body as { title?: string; body?: string; state?: Thread["state"] };
    editThread(world, repo, thread, { title: title ?? thread.title, body: body ?? thread.body }, actor);
    if (state !== undefined) setThreadState(world, repo, thread, state, actor);
    return { status: 200, body: await fullShape(call, thread) };
  },

  "pulls/list-files": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const { head, base } = pullOf(repo, Number(params["pull_number"])).pull;
    const from = (await repo.git.mergeBase(base.sha, head.sha)) ?? base.sha;
    const changes = await repo.git.changes(from, head.sha);
    return { status: 200, pages: changes.map((change) => changeShape(world, repo, change)) };
  },

  "pulls/list-reviews": ({ repo, params }: RepoCall): Answer => {
    pullOf(repo, Number(params["pull_number"]));
    return { status: 200, pages: [] };
  },
};

async function fullShape({ world, repo }: RepoCall, thread: PullThread): Promise<JsonMap> {
  const { head, base, merged, mergeAsked } = thread.pull;
  const changes = await repo.git.changes(base.sha, head.sha);
  const isKnown = mergeAsked && merged === undefined;
  const mergeable = isKnown ? (await repo.git.mergeTree(base.sha, head.sha)) !== undefined : null;
  return {
    ...pullShape(world, repo, thread),
    merged: merged !== undefined,
    merged_by: merged === undefined ? null : userShape(world, merged.by),
    mergeable,
    mergeable_state: mergeable === null ? "unknown" : mergeable ? "clean" : "dirty",
    maintainer_can_modify: false,
    comments: thread.comments.length,
    review_comments: 0,
    commits: (await repo.git.between(base.sha, head.sha)).length,
    additions: changes.reduce((sum, change) => sum + change.additions, 0),
    deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
    changed_files: changes.length,
  };
}
