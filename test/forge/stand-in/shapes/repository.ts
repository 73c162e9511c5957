import type { JsonMap } from "../../../../src/signal/object.ts";
import type { Repo, World } from "../state.ts";
import { htmlUrl, nodeId, repoUrl } from "./addresses.ts";
import { userShape } from "./people.ts";

const LINKS = (
  "archive assignees blobs branches collaborators comments commits compare contents contributors deployments " +
  "downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels " +
  "languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags " +
  "teams trees"
).split(" ");

/** A repository, with all that the description asks of its full form. */
export function repositoryShape(world: World, repo: Repo): JsonMap {
  const url = repoUrl(world, repo);
  const html = htmlUrl(world, repo);
  const open = [...repo.threads.values()].filter((thread) => thread.state === "open").length;
  return {
    ...Object.fromEntries(LINKS.map((name) => [`${name}_url`, `${url}/${name.replace("_", "/")}`])),
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: `${repo.owner}/${repo.name}`,
    owner: userShape(world, world.actor(repo.owner)),
    private: true,
    fork: false,
    url,
    html_url: html,
    clone_url: `${html}.git`,
    git_url: `git://127.0.0.1/${repo.owner}/${repo.name}.git`,
    ssh_url: `git@127.0.0.1:${repo.owner}/${repo.name}.git`,
    svn_url: html,
    default_branch: repo.defaultBranch,
    has_issues: repo.hasIssues,
    ...allOf(["mirror_url", "description", "homepage", "language", "license"], null),
    ...allOf(["has_projects", "has_wiki", "has_pages", "has_discussions", "archived", "disabled"], false),
    ...allOf(["size", "forks", "forks_count", "stargazers_count", "watchers", "watchers_count"], 0),
    ...allOf(["network_count", "subscribers_count"], 0),
    ...allOf(["open_issues", "open_issues_count"], open),
    ...allOf(["pushed_at", "created_at", "updated_at"], "2026-01-01T00:00:00Z"),
    has_downloads: true,
  };
}

function allOf<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
