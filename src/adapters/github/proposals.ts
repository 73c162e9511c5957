import type { ProbotOctokit } from "probot";
import type { PullRef, RepositoryRef } from "../../incident/incident.ts";
import type { Proposals } from "../../ports.ts";
import type { ProposalDraft } from "../../proposal/draft.ts";
import { branchOf, keyOfBranch, OUR_LABEL, TAKEN_BACK_LABEL } from "../../proposal/marker.ts";
import { trimmed } from "../../proposal/sanitise.ts";
import type { OpenResult, ProposalState } from "../../proposal/standing.ts";
import { putCheck } from "./check.ts";
import type { Client } from "./client.ts";
import { commitFiles } from "./commit.ts";
import { statusOf } from "./failure.ts";
import { named, requireMarker } from "./issues.ts";

type Listed = Awaited<ReturnType<ProbotOctokit["rest"]["pulls"]["list"]>>["data"][number];

type Known = Pick<Listed, "number" | "html_url" | "head" | "state" | "closed_at" | "merged_at" | "merge_commit_sha"> & {
  readonly labels: readonly { readonly name?: string }[];
  readonly mergeable?: boolean | null;
};

/** Proposals as pull requests, each on the branch that its key names, opened by our App. */
export function openProposals(client: Client): Proposals {
  async function list(repository: RepositoryRef, query: { state: "all" | "open"; head?: string }): Promise<Listed[]> {
    const [octokit, login] = [await client.of(repository), await client.login()];
    const pulls = await octokit.paginate(octokit.rest.pulls.list, { ...named(repository), ...query, per_page: 100 });
    return pulls.filter(
      ({ user, head, base }) =>
        user?.login === login && head.repo?.id === base.repo.id && keyOfBranch(head.ref) !== undefined,
    );
  }

  /** Newest first, as GitHub lists them. */
  function withKey(repository: RepositoryRef, key: string): Promise<Listed[]> {
    return list(repository, { state: "all", head: `${repository.owner}:${branchOf(key)}` });
  }

  async function open(repository: RepositoryRef, draft: ProposalDraft): Promise<OpenResult> {
    requireMarker(draft.body, draft.key);
    const octokit = await client.of(repository);
    const [newest] = await withKey(repository, draft.key);
    if (newest !== undefined && newest.state !== "open")
      return { ok: false, code: "CLOSED", because: `This was proposed in #${newest.number}, which is closed` };
    const pull = newest ?? (await openNew(octokit, repository, draft));
    if ("ok" in pull) return pull;
    await addLabels(octokit, repository, pull, [OUR_LABEL, ...draft.labels]);
    return { ok: true, pull: refOf(repository, pull) };
  }

  async function openNew(octokit: ProbotOctokit, repository: RepositoryRef, draft: ProposalDraft) {
    const committed = await commitFiles(octokit, repository, draft);
    if (!committed.ok) return committed;
    const { title, baseBranch: base, key } = draft;
    try {
      const body = trimmed(draft.body);
      const { data } = await octokit.rest.pulls.create({
        ...named(repository),
        title,
        body,
        base,
        head: branchOf(key),
      });
      return data;
    } catch (error) {
      const [standing] = statusOf(error) === 422 ? await withKey(repository, key) : [];
      if (standing?.state !== "open") throw error;
      return standing;
    }
  }

  return {
    open,
    find: async (repository, key) => (await withKey(repository, key)).map((pull) => stateOf(repository, key, pull)),
    read: async (pull) => {
      const octokit = await client.of(pull.repository);
      const { data } = await octokit.rest.pulls.get({ ...named(pull.repository), pull_number: pull.number });
      const key = keyOfBranch(data.head.ref);
      if (key === undefined) throw new Error(`Pull request #${pull.number} is on ${data.head.ref}, no branch of ours`);
      return { ...stateOf(pull.repository, key, data), pull };
    },
    check: async (pull, check) => putCheck(await client.of(pull.repository), pull, check),
    close: async (pull) => {
      const octokit = await client.of(pull.repository);
      const at = named(pull.repository);
      const { data } = await octokit.rest.pulls.get({ ...at, pull_number: pull.number });
      if (data.head.sha !== pull.headCommit || data.merged) return false;
      if (data.state === "open") {
        await addLabels(octokit, pull.repository, data, [TAKEN_BACK_LABEL]);
        await octokit.rest.pulls.update({ ...at, pull_number: pull.number, state: "closed" });
      }
      await removeBranch(octokit, pull);
      return true;
    },
    countOpen: async (repository) => (await list(repository, { state: "open" })).length,
  };
}

async function addLabels(
  octokit: ProbotOctokit,
  repository: RepositoryRef,
  pull: { readonly number: number; readonly labels: readonly { readonly name?: string }[] },
  wanted: readonly string[],
): Promise<void> {
  const labels = [...new Set(wanted)].filter((name) => !hasLabel(pull, name));
  if (labels.length === 0) return;
  await octokit.rest.issues.addLabels({ ...named(repository), issue_number: pull.number, labels });
}

function hasLabel({ labels }: Pick<Known, "labels">, wanted: string): boolean {
  return labels.some(({ name }) => name === wanted);
}

/** A branch that is gone already is as good as removed. */
async function removeBranch(octokit: ProbotOctokit, { repository, branch }: PullRef): Promise<void> {
  await octokit.rest.git.deleteRef({ ...named(repository), ref: `heads/${branch}` }).catch((error: unknown) => {
    if (statusOf(error) !== 422) throw error;
  });
}

function stateOf(repository: RepositoryRef, key: string, pull: Known): ProposalState {
  return { pull: refOf(repository, pull), key, headCommit: pull.head.sha, fate: fateOf(pull) };
}

function fateOf(pull: Known): ProposalState["fate"] {
  const { state, closed_at, merged_at, merge_commit_sha, mergeable } = pull;
  if (state === "open") return { is: "open", conflicts: mergeable === false };
  if (merged_at === null || merge_commit_sha === null)
    return { is: "closed", at: new Date(closed_at ?? 0), byUs: hasLabel(pull, TAKEN_BACK_LABEL) };
  return { is: "merged", commit: merge_commit_sha, at: new Date(merged_at) };
}

function refOf(repository: RepositoryRef, { number, html_url: url, head }: Known): PullRef {
  return { repository, number, url, branch: head.ref, headCommit: head.sha };
}
