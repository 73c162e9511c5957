import type { Access } from "../../ports.ts";
import { cloneUrl } from "./address.ts";
import type { Client } from "./client.ts";
import { statusOf } from "./failure.ts";
import { named } from "./issues.ts";

/** Who may give commands, and how a repository is cloned. */
export function openAccess(client: Client, apiUrl: string): Access {
  return {
    mayWrite: async (repository, login) => {
      const octokit = await client.of(repository);
      try {
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({
          ...named(repository),
          username: login,
        });
        return data.permission === "write" || data.permission === "admin";
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },
    survey: async (repository, branch) => {
      const octokit = await client.of(repository);
      const { permissions } = await client.installation(repository);
      const rules = await octokit.paginate(octokit.rest.repos.getBranchRules, { ...named(repository), branch });
      const granted = Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)]));
      return { granted, asksForPull: rules.some(({ type }) => type === "pull_request") };
    },
    clone: async (repository) => {
      const octokit = await client.asApp();
      const { id } = await client.installation(repository);
      const { data } = await octokit.rest.apps.createInstallationAccessToken({
        installation_id: id,
        repositories: [repository.name],
        permissions: { contents: "read" },
      });
      return { url: cloneUrl(apiUrl, repository), token: data.token };
    },
  };
}
