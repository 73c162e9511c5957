import type { JsonMap } from "../../../../src/signal/object.ts";
import { commentShape, issueShape, labelShape, pullShape } from "../shapes/threads.ts";
import {
  type Actor,
  type Comment,
  isPull,
  type Refusal,
  type Repo,
  stamp,
  type Thread,
  unprocessable,
  type World,
} from "../state.ts";

const BODY_LIMIT = 65_536;

/** What somebody opens: an issue, or a pull request where `pull` says so. */
export type NewThread = {
  readonly title: string;
  readonly body: string | null;
  readonly labels?: readonly string[];
  readonly pull?: Thread["pull"];
};

/** Opens an issue or pull request under the repository's next number. */
export function openThread(world: World, repo: Repo, { title, body, labels = [], pull }: NewThread, by: Actor): Thread {
  if (title.trim() === "") throw unprocessable({ resource: "Issue", field: "title", code: "missing_field" });
  if (title.length > 256) throw tooLong("title", 256);
  const now = stamp(world);
  const thread: Thread = {
    id: world.nextId(),
    number: repo.threads.size + 1,
    author: by,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    state: "open",
    stateReason: null,
    title,
    body: checkedBody(body),
    labels: [],
    comments: [],
    pull,
  };
  repo.threads.set(thread.number, thread);
  for (const label of labels) putLabel(world, repo, thread, label);
  tellOf(world, repo, thread, "opened", by);
  return thread;
}

/** Changes title or body, and tells of it where something differs. */
export function editThread(
  world: World,
  repo: Repo,
  thread: Thread,
  { title = thread.title, body = thread.body }: { readonly title?: string; readonly body?: string | null },
  by: Actor,
): void {
  if (title === thread.title && body === thread.body) return;
  thread.title = title;
  thread.body = checkedBody(body);
  thread.updatedAt = stamp(world);
  tellOf(world, repo, thread, "edited", by, { changes: {} });
}

/** Closes or opens again. */
export function setThreadState(
  world: World,
  repo: Repo,
  thread: Thread,
  state: Thread["state"],
  by: Actor,
  reason: Thread["stateReason"] = "completed",
): void {
  if (state === thread.state) return;
  if (thread.pull?.merged !== undefined)
    throw unprocessable({ resource: "PullRequest", field: "state", code: "invalid" });
  const now = stamp(world);
  Object.assign(thread, { state, updatedAt: now, closedAt: state === "closed" ? now : null });
  if (thread.pull === undefined) thread.stateReason = state === "open" ? "reopened" : reason;
  tellOf(world, repo, thread, state === "open" ? "reopened" : "closed", by);
}

/** Labels a thread; a label that is not there yet is made, as GitHub does for those who may push. */
export function addLabel(world: World, repo: Repo, thread: Thread, name: string, by: Actor): void {
  if (thread.labels.includes(name)) return;
  putLabel(world, repo, thread, name);
  tellOf(world, repo, thread, "labeled", by, { label: labelShape(world, repo, name) });
}

/** Comments on an issue or pull request. */
export function addComment(world: World, repo: Repo, thread: Thread, body: string, by: Actor): Comment {
  const now = stamp(world);
  const text = checkedBody(body) ?? "";
  if (text.trim() === "") throw unprocessable({ resource: "IssueComment", field: "body", code: "missing_field" });
  const comment = { id: world.nextId(), author: by, createdAt: now, updatedAt: now, body: text, reactions: [] };
  thread.comments.push(comment);
  thread.updatedAt = now;
  tellOfComment(world, repo, thread, comment, "created", by);
  return comment;
}

/** Changes a comment in place. */
export function editComment(
  world: World,
  repo: Repo,
  { thread, comment }: { readonly thread: Thread; readonly comment: Comment },
  body: string,
  by: Actor,
): void {
  comment.body = checkedBody(body) ?? "";
  comment.updatedAt = stamp(world);
  tellOfComment(world, repo, thread, comment, "edited", by);
}

/** Tells the app what happened to an issue or pull request. */
export function tellOf(world: World, repo: Repo, thread: Thread, action: string, by: Actor, more: JsonMap = {}): void {
  if (isPull(thread)) {
    const merged = { merged: thread.pull.merged !== undefined };
    const pull_request = { ...pullShape(world, repo, thread), ...merged };
    world.tell("pull_request", action, repo, by, { number: thread.number, pull_request, ...more });
  } else world.tell("issues", action, repo, by, { issue: issueShape(world, repo, thread), ...more });
}

function tellOfComment(world: World, repo: Repo, thread: Thread, comment: Comment, action: string, by: Actor): void {
  world.tell("issue_comment", action, repo, by, {
    issue: issueShape(world, repo, thread),
    comment: commentShape(world, repo, thread, comment),
  });
}

function putLabel(world: World, repo: Repo, thread: Thread, name: string): void {
  if (!repo.labels.has(name)) repo.labels.set(name, { id: world.nextId(), color: "ededed", description: "" });
  if (!thread.labels.includes(name)) thread.labels.push(name);
}

function checkedBody(body: string | null): string | null {
  if (body !== null && [...body].length > BODY_LIMIT) throw tooLong("body", BODY_LIMIT);
  return body;
}

function tooLong(field: string, limit: number): Refusal {
  const message = `${field} is too long (maximum is ${limit} characters)`;
  return unprocessable({ resource: "Issue", field, code: "custom", message });
}
