import { htmlUrl, repoUrl } from "../shapes/addresses.ts";
import { changeShape, commitShape } from "../shapes/commits.ts";
import { installationShape, userShape } from "../shapes/people.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { type Answer, Refusal, type RepoCall, type Role } from "../state.ts";

/** A repository as a whole, its people and rules (https://docs.github.com/rest/repos). */
export const repositoryOperations = {
  "repos/get": ({ world, repo }: RepoCall): Answer => ({ status: 200, body: repositoryShape(world, repo) }),

  "apps/get-repo-installation": ({ world }: RepoCall): Answer => ({ status: 200, body: installationShape(world) }),

  "repos/get-collaborator-permission-level": ({ world, repo, params }: RepoCall): Answer => {
    const login = params["username"] ?? "";
    const role = repo.collaborators.get(login);
    const user = { ...userShape(world, world.actor(login)), role_name: role ?? "none" };
    return { status: 200, body: { permission: legacyPermission(role), role_name: role ?? "none", user } };
  },

  "repos/get-branch-rules": ({ repo, params }: RepoCall): Answer => {
    return { status: 200, pages: repo.rules.get(params["branch"] ?? "") ?? [] };
  },

  "repos/codeowners-errors": (): Answer => ({ status: 200, body: { errors: [] } }),

  "repos/compare-commits-with-basehead": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const [from = "", to = ""] = (params["basehead"] ?? "").split("...");
    const [base, head] = await Promise.all([repo.git.resolve(from), repo.git.resolve(to)]);
    const common = base && head ? await repo.git.mergeBase(base, head) : undefined;
    if (base === undefined || head === undefined || common === undefined) throw new Refusal(404, "Not Found");
    const [ahead, behind] = await Promise.all([repo.git.between(base, head), repo.git.between(head, base)]);
    const show = async (sha: string) => {
      const commit = await repo.git.commit(sha);
      return commit === undefined ? null : commitShape(world, repo, commit);
    };
    const html = `${htmlUrl(world, repo)}/compare/${from}...${to}`;
    return {
      status: 200,
      body: {
        url: `${repoUrl(world, repo)}/compare/${from}...${to}`,
        html_url: html,
        permalink_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        base_commit: await show(base),
        merge_base_commit: await show(common),
        status: statusOf(ahead.length, behind.length),
        ahead_by: ahead.length,
        behind_by: behind.length,
        total_commits: ahead.length,
        commits: await Promise.all(ahead.map(show)),
        files: (await repo.git.changes(common, head)).map((change) => changeShape(world, repo, change)),
      },
    };
  },

  "repos/download-tarball-archive": async ({ world, repo, params }: RepoCall): Promise<Answer> => {
    const sha = await repo.git.resolve(params["ref"] ?? "");
    if (sha === undefined) throw new Refusal(404, "Not Found");
    return { status: 302, headers: { location: `${world.url}/codeload/${repo.owner}/${repo.name}/${sha}` } };
  },
};

function legacyPermission(role: Role | undefined): string {
  if (role === "maintain") return "write";
  if (role === "triage") return "read";
  return role ?? "none";
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead === 0 && behind === 0) return "identical";
  return ahead > 0 ? "ahead" : "behind";
}
