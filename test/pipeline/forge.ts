import type { IssueRef, PullRef, RepositoryRef } from "../../src/incident/incident.ts";
import type { Forge } from "../../src/pipeline/outside.ts";
import type { IssueDraft, OpenResult, ProposalDraft, ProposalState } from "../../src/ports.ts";
import { branchOf } from "../../src/proposal/marker.ts";

type Issue = IssueRef & { readonly key: string; title: string; body: string; isOpen: boolean };
type Pull = { state: ProposalState; readonly draft: ProposalDraft; readonly checks: string[] };

/** A forge in memory: what stands there, and how a person acts on it. */
export class MemoryForge {
  readonly issues: Issue[] = [];
  readonly pulls: Pull[] = [];
  /** `number topic` → body. */
  readonly comments = new Map<string, string>();
  writers = new Set(["kim"]);
  refusal: Extract<OpenResult, { ok: false }> | undefined;

  /** What a person does with a pull request. */
  settle(number: number, fate: ProposalState["fate"]): void {
    const pull = this.pulls.find(({ state }) => state.pull.number === number);
    if (pull === undefined) throw new Error(`There is no pull request #${number}`);
    pull.state = { ...pull.state, fate };
  }

  /** The ports that the pipeline sees. */
  ports(): Forge {
    return {
      issues: {
        find: async (_, key) => this.issues.find((issue) => issue.key === key),
        open: async (repository, draft) => this.openIssue(repository, draft),
        edit: async ({ number }, change) => void Object.assign(this.issue(number), change),
        comment: async ({ number }, topic, body) => void this.comments.set(`${number} ${topic}`, body),
      },
      proposals: {
        find: async (_, key) =>
          this.pulls
            .map(({ state }) => state)
            .filter((state) => state.key === key)
            .reverse(),
        read: async ({ number }) => this.pull(number).state,
        open: async (repository, draft) => this.refusal ?? { ok: true, pull: this.openPull(repository, draft) },
        check: async ({ number }, { name }) => void this.pull(number).checks.push(name),
        close: async ({ number }) => {
          this.settle(number, { is: "closed", at: new Date(0) });
          return true;
        },
        countOpen: async () => this.pulls.filter(({ state }) => state.fate.is === "open").length,
      },
      access: { mayWrite: async (_, login) => this.writers.has(login) },
    };
  }

  private openIssue(repository: RepositoryRef, { key, title, body }: IssueDraft): IssueRef {
    const number = this.next();
    const url = `https://forge.test/${repository.owner}/${repository.name}/issues/${number}`;
    this.issues.push({ repository, number, url, key, title, body, isOpen: true });
    return { repository, number, url };
  }

  private openPull(repository: RepositoryRef, draft: ProposalDraft): PullRef {
    const number = this.next();
    const url = `https://forge.test/${repository.owner}/${repository.name}/pull/${number}`;
    const pull = { repository, number, url, branch: branchOf(draft.key), headCommit: `head${number}` };
    this.pulls.push({
      state: { pull, key: draft.key, headCommit: pull.headCommit, fate: { is: "open" } },
      draft,
      checks: [],
    });
    return pull;
  }

  private issue(number: number): Issue {
    const issue = this.issues.find((one) => one.number === number);
    if (issue === undefined) throw new Error(`There is no issue #${number}`);
    return issue;
  }

  private pull(number: number): Pull {
    const pull = this.pulls.find(({ state }) => state.pull.number === number);
    if (pull === undefined) throw new Error(`There is no pull request #${number}`);
    return pull;
  }

  private next(): number {
    return this.issues.length + this.pulls.length + 1;
  }
}
