import type { JsonMap } from "../../../../src/signal/object.ts";
import { addComment, addLabel, editComment, editThread, openThread, setThreadState } from "../deeds/threads.ts";
import { nodeId } from "../shapes/addresses.ts";
import { userShape } from "../shapes/people.ts";
import { commentShape, issueShape, labelShape } from "../shapes/threads.ts";
import {
  type Answer,
  type Comment,
  Refusal,
  type Repo,
  type RepoCall,
  stamp,
  type Thread,
  threadOf,
  unprocessable,
} from "../state.ts";

/** Issues, their comments and labels (https://docs.github.com/rest/issues). */
export const issueOperations = {
  "issues/list-for-repo": ({ world, repo, query }: RepoCall): Answer => {
    const labels = query.get("labels")?.split(",") ?? [];
    const found = sorted([...repo.threads.values()], query).filter(
      (thread) =>
        isInState(thread, query) &&
        labels.every((label) => thread.labels.includes(label)) &&
        (query.get("creator") ?? thread.author.login) === thread.author.login &&
        thread.updatedAt >= (query.get("since") ?? ""),
    );
    return { status: 200, pages: found.map((thread) => issueShape(world, repo, thread)) };
  },

  "issues/get": ({ world, repo, params }: RepoCall): Answer => {
    return { status: 200, body: issueShape(world, repo, threadOf(repo, Number(params["issue_number"]))) };
  },

  "issues/create": ({ world, repo, body, actor }: RepoCall): Answer => {
    if (!repo.hasIssues) throw new Refusal(410, "Issues are disabled for this repo");
    const draft = { title: String(body["title"]), body: textOf(body["body"]), labels: labelNames(body["labels"]) };
    const thread = openThread(world, repo, draft, actor);
    return { status: 201, body: issueShape(world, repo, thread) };
  },

  "issues/update": ({ world, repo, params, body, actor }: RepoCall): Answer => {
    const thread = threadOf(repo, Number(params["issue_number"]));
    const { title, state, state_reason: reason } = body as { title?: string; state?: Thread["state"] } & JsonMap;
    const text = body["body"] === undefined ? {} : { body: textOf(body["body"]) };
    editThread(world, repo, thread, { ...(title === undefined ? {} : { title }), ...text }, actor);
    if (state !== undefined)
      setThreadState(world, repo, thread, state, actor, (reason ?? "completed") as Thread["stateReason"]);
    for (const label of labelNames(body["labels"])) addLabel(world, repo, thread, label, actor);
    return { status: 200, body: issueShape(world, repo, thread) };
  },

  "issues/list-comments": ({ world, repo, params, query }: RepoCall): Answer => {
    const thread = threadOf(repo, Number(params["issue_number"]));
    const comments = thread.comments.filter((comment) => comment.updatedAt >= (query.get("since") ?? ""));
    return { status: 200, pages: comments.map((comment) => commentShape(world, repo, thread, comment)) };
  },

  "issues/create-comment": ({ world, repo, params, body, actor }: RepoCall): Answer => {
    const thread = threadOf(repo, Number(params["issue_number"]));
    const comment = addComment(world, repo, thread, String(body["body"]), actor);
    return { status: 201, body: commentShape(world, repo, thread, comment) };
  },

  "issues/update-comment": ({ world, repo, params, body, actor }: RepoCall): Answer => {
    const place = commentOf(repo, Number(params["comment_id"]));
    editComment(world, repo, place, String(body["body"]), actor);
    return { status: 200, body: commentShape(world, repo, place.thread, place.comment) };
  },

  "reactions/create-for-issue-comment": ({ world, repo, params, body, actor }: RepoCall): Answer => {
    const { comment } = commentOf(repo, Number(params["comment_id"]));
    const reaction = { content: String(body["content"]), by: actor.login };
    const isNew = !comment.reactions.some((one) => one.content === reaction.content && one.by === reaction.by);
    if (isNew) comment.reactions.push(reaction);
    const id = world.nextId();
    const user = userShape(world, actor);
    const shape = { id, node_id: nodeId("REA", id), user, content: reaction.content, created_at: stamp(world) };
    return { status: isNew ? 201 : 200, body: shape };
  },

  "issues/add-labels": ({ world, repo, params, body, actor }: RepoCall): Answer => {
    const thread = threadOf(repo, Number(params["issue_number"]));
    for (const label of labelNames(body["labels"])) addLabel(world, repo, thread, label, actor);
    return { status: 200, body: thread.labels.map((name) => labelShape(world, repo, name)) };
  },

  "issues/remove-label": ({ world, repo, params }: RepoCall): Answer => {
    const thread = threadOf(repo, Number(params["issue_number"]));
    const at = thread.labels.indexOf(params["name"] ?? "");
    if (at < 0) throw new Refusal(404, "Label does not exist");
    thread.labels.splice(at, 1);
    return { status: 200, body: thread.labels.map((name) => labelShape(world, repo, name)) };
  },

  "issues/list-labels-for-repo": ({ world, repo }: RepoCall): Answer => {
    return { status: 200, pages: [...repo.labels.keys()].map((name) => labelShape(world, repo, name)) };
  },

  "issues/create-label": ({ world, repo, body }: RepoCall): Answer => {
    const { name, color = "ededed", description = "" } = body as { name: string; color?: string; description?: string };
    if (repo.labels.has(name)) throw unprocessable({ resource: "Label", field: "name", code: "already_exists" });
    repo.labels.set(name, { id: world.nextId(), color, description });
    return { status: 201, body: labelShape(world, repo, name) };
  },
};

/** Whether a list that is asked for with this `state` shows the thread. */
export function isInState(thread: Thread, query: URLSearchParams): boolean {
  const state = query.get("state") ?? "open";
  return state === "all" || state === thread.state;
}

/** In the order that a list is asked for; newest first where it says nothing. */
export function sorted<T extends Thread>(threads: readonly T[], query: URLSearchParams): T[] {
  const field = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const sign = query.get("direction") === "asc" ? 1 : -1;
  return [...threads].sort((a, b) => sign * (a[field].localeCompare(b[field]) || a.number - b.number));
}

function commentOf(repo: Repo, id: number): { readonly thread: Thread; readonly comment: Comment } {
  for (const thread of repo.threads.values()) {
    const comment = thread.comments.find((one) => one.id === id);
    if (comment !== undefined) return { thread, comment };
  }
  throw new Refusal(404, "Not Found");
}

function labelNames(labels: unknown): string[] {
  return Array.isArray(labels) ? labels.map((label) => (typeof label === "string" ? label : String(label.name))) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
