import type { JsonMap } from "../../../../src/signal/object.ts";
import type { Comment, PullThread, Repo, Thread, World } from "../state.ts";
import { htmlUrl, nodeId, repoUrl } from "./addresses.ts";
import { associationOf, userShape, viaApp } from "./people.ts";
import { repositoryShape } from "./repository.ts";

/** A label of a repository. */
export function labelShape(world: World, repo: Repo, name: string): JsonMap {
  const label = repo.labels.get(name);
  return {
    id: label?.id ?? 0,
    node_id: nodeId("LA", label?.id ?? 0),
    url: `${repoUrl(world, repo)}/labels/${encodeURIComponent(name)}`,
    name,
    description: label?.description ?? "",
    color: label?.color ?? "ededed",
    default: false,
  };
}

/** An issue, or a pull request in its part as one. */
export function issueShape(world: World, repo: Repo, thread: Thread): JsonMap {
  const url = `${repoUrl(world, repo)}/issues/${thread.number}`;
  const issue = {
    ...threadShape(world, repo, thread),
    url,
    repository_url: repoUrl(world, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${htmlUrl(world, repo)}/issues/${thread.number}`,
    state_reason: thread.stateReason,
    comments: thread.comments.length,
    performed_via_github_app: viaApp(world, thread.author),
  };
  if (thread.pull === undefined) return issue;
  const html = `${htmlUrl(world, repo)}/pull/${thread.number}`;
  const pull = {
    url: `${repoUrl(world, repo)}/pulls/${thread.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
  return { ...issue, html_url: html, pull_request: pull };
}

/** A pull request as a list shows it. */
export function pullShape(world: World, repo: Repo, thread: PullThread): JsonMap {
  const url = `${repoUrl(world, repo)}/pulls/${thread.number}`;
  const html = `${htmlUrl(world, repo)}/pull/${thread.number}`;
  const issue = `${repoUrl(world, repo)}/issues/${thread.number}`;
  const links = {
    self: url,
    html,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repoUrl(world, repo)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repoUrl(world, repo)}/statuses/${thread.pull.head.sha}`,
  };
  return {
    ...threadShape(world, repo, thread),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: branchShape(world, repo, thread.pull.head),
    base: branchShape(world, repo, thread.pull.base),
    merged_at: thread.pull.merged?.at ?? null,
    merge_commit_sha: thread.pull.merged?.commit ?? null,
    draft: thread.pull.draft,
    auto_merge: null,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}

/** A comment on an issue or pull request. */
export function commentShape(world: World, repo: Repo, thread: Thread, comment: Comment): JsonMap {
  return {
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    url: `${repoUrl(world, repo)}/issues/comments/${comment.id}`,
    html_url: `${htmlUrl(world, repo)}/issues/${thread.number}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(world, repo)}/issues/${thread.number}`,
    user: userShape(world, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repo, comment.author),
    performed_via_github_app: viaApp(world, comment.author),
  };
}

function threadShape(world: World, repo: Repo, thread: Thread): JsonMap {
  return {
    id: thread.id,
    node_id: nodeId(thread.pull === undefined ? "I" : "PR", thread.id),
    number: thread.number,
    state: thread.state,
    locked: false,
    title: thread.title,
    body: thread.body,
    user: userShape(world, thread.author),
    labels: thread.labels.map((name) => labelShape(world, repo, name)),
    assignee: null,
    milestone: null,
    author_association: associationOf(repo, thread.author),
    created_at: thread.createdAt,
    updated_at: thread.updatedAt,
    closed_at: thread.closedAt,
  };
}

function branchShape(world: World, repo: Repo, { ref, sha }: { readonly ref: string; readonly sha: string }): JsonMap {
  const owner = userShape(world, world.actor(repo.owner));
  return { label: `${repo.owner}:${ref}`, ref, sha, user: owner, repo: repositoryShape(world, repo) };
}
