import type { RepositoryRef } from "../../incident/incident.ts";

const GITHUB = "https://api.github.com";

/** Where the REST API is: `GITHUB_API_URL`, or an Enterprise Server by `GHE_HOST`, or github.com. */
export function apiUrlFrom(env: Readonly<Record<string, string | undefined>>): string {
  const host = env["GHE_HOST"] && `${env["GHE_PROTOCOL"] || "https"}://${env["GHE_HOST"]}/api/v3`;
  return (env["GITHUB_API_URL"] || host || GITHUB).replace(/\/+$/, "");
}

/** Where a repository is cloned from, on the host that this API belongs to. */
export function cloneUrl(apiUrl: string, { owner, name }: RepositoryRef): string {
  const web = apiUrl.replace(/\/api\/v3$/, "").replace(/^(https?:\/\/)api\./, "$1");
  return `${web}/${owner}/${name}.git`;
}
