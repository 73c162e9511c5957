import type { JsonMap } from "../../../../src/signal/object.ts";
import type { GitChange, GitCommit } from "../git.ts";
import type { CheckRun, Repo, World } from "../state.ts";
import { htmlUrl, nodeId, repoUrl } from "./addresses.ts";
import { appShape } from "./people.ts";

/** A commit as the git database shows it. */
export function gitCommitShape(world: World, repo: Repo, commit: GitCommit): JsonMap {
  const url = (kind: string, sha: string) => `${repoUrl(world, repo)}/git/${kind}/${sha}`;
  const html = (sha: string) => `${htmlUrl(world, repo)}/commit/${sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: url("commits", commit.sha),
    html_url: html(commit.sha),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: url("trees", commit.tree) },
    parents: commit.parents.map((sha) => ({ sha, url: url("commits", sha), html_url: html(sha) })),
    verification: verificationOf(repo, commit),
  };
}

/** A commit as a comparison shows it. */
export function commitShape(world: World, repo: Repo, commit: GitCommit): JsonMap {
  const url = (sha: string) => `${repoUrl(world, repo)}/commits/${sha}`;
  return {
    url: url(commit.sha),
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    html_url: `${htmlUrl(world, repo)}/commit/${commit.sha}`,
    comments_url: `${url(commit.sha)}/comments`,
    commit: {
      url: url(commit.sha),
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${repoUrl(world, repo)}/git/trees/${commit.tree}` },
      verification: verificationOf(repo, commit),
    },
    author: {},
    committer: {},
    parents: commit.parents.map((sha) => ({ sha, url: url(sha) })),
  };
}

/** One file of a pull request or comparison. */
export function changeShape(world: World, repo: Repo, change: GitChange): JsonMap {
  const url = `${repoUrl(world, repo)}/contents/${change.path}`;
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: url,
    raw_url: url,
    contents_url: url,
    patch: change.patch,
  };
}

/** A check run. */
export function checkRunShape(world: World, repo: Repo, run: CheckRun): JsonMap {
  const url = `${repoUrl(world, repo)}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    name: run.name,
    url,
    html_url: `${htmlUrl(world, repo)}/runs/${run.id}`,
    details_url: "https://oakum.example.com",
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: repo.id },
    app: appShape(world),
    pull_requests: [],
  };
}

function verificationOf(repo: Repo, commit: GitCommit): JsonMap {
  if (!repo.verified.has(commit.sha))
    return { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
  return {
    verified: true,
    reason: "valid",
    signature: "-----BEGIN PGP SIGNATURE-----",
    payload: `tree ${commit.tree}`,
    verified_at: commit.committer.date,
  };
}
