import type { Repo, World } from "../state.ts";

/** The address of the REST API, as on an Enterprise Server. */
export function apiUrl(world: World): string {
  return `${world.url}/api/v3`;
}

/** The API's address of a repository. */
export function repoUrl(world: World, repo: Repo): string {
  return `${apiUrl(world)}/repos/${repo.owner}/${repo.name}`;
}

/** The page of a repository. */
export function htmlUrl(world: World, repo: Repo): string {
  return `${world.url}/${repo.owner}/${repo.name}`;
}

/** An opaque id, as GraphQL would know it. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${id}`;
}
