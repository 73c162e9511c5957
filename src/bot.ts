import type { ApplicationFunction, Context } from "probot";
import type { RepositoryRef } from "./incident/incident.ts";
import type { ForgeMessage, Receive } from "./ports.ts";
import { keyOfBranch } from "./proposal/marker.ts";

type Heard =
  | `pull_request.${"closed" | "reopened" | "synchronize"}`
  | `issues.${"closed" | "reopened"}`
  | "issue_comment.created"
  | "check_run.rerequested"
  | "push"
  | `installation.${"created" | "unsuspend" | "deleted" | "suspend"}`
  | `installation_repositories.${"added" | "removed"}`;

type Translate<E extends Heard> = (payload: Context<E>["payload"]) => readonly ForgeMessage[];

/** The Probot app: puts what GitHub tells into our words and hands it over; nothing is decided or waited for here. */
export default function bot(receive: Receive): ApplicationFunction {
  return (app) => {
    function on<E extends Heard>(event: E, translate: Translate<E>): void {
      app.on(event, async ({ id, payload }) => {
        const messages = translate(payload as Context<E>["payload"]);
        if (messages.length > 0) await receive(id, messages);
      });
    }

    on("pull_request.closed", (payload) =>
      ofProposal(payload, ({ merged, merge_commit_sha }) => ({
        kind: "pull-closed",
        mergeCommit: merged ? (merge_commit_sha ?? null) : null,
      })),
    );
    on("pull_request.reopened", (payload) => ofProposal(payload, () => ({ kind: "pull-reopened" })));
    on("pull_request.synchronize", (payload) =>
      ofProposal(payload, ({ head }) => ({ kind: "pull-pushed", headCommit: head.sha })),
    );
    on("issues.closed", ({ issue, ...at }) => [{ kind: "issue-closed", ...by(at), number: issue.number }]);
    on("issues.reopened", ({ issue, ...at }) => [{ kind: "issue-reopened", ...by(at), number: issue.number }]);
    on("issue_comment.created", ({ issue, comment, ...at }) => {
      const line = /^\/oakum\b.*/.exec(comment.body)?.[0].trim();
      if (line === undefined || at.sender.type === "Bot") return [];
      return [{ kind: "command", ...by(at), number: issue.number, line }];
    });
    on("check_run.rerequested", ({ check_run: check, ...at }) => [
      { kind: "check-requested", ...by(at), headCommit: check.head_sha },
    ]);
    on("push", ({ ref, after, deleted, repository }) => {
      const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
      if (branch === undefined || deleted || keyOfBranch(branch) !== undefined) return [];
      return [{ kind: "pushed", repository: refOf(repository.full_name), branch, commit: after }];
    });
    on("installation.created", ({ repositories }) => all("installed", repositories));
    on("installation.unsuspend", ({ repositories }) => all("installed", repositories));
    on("installation.deleted", ({ repositories }) => all("uninstalled", repositories));
    on("installation.suspend", ({ repositories }) => all("uninstalled", repositories));
    on("installation_repositories.added", (payload) => all("installed", payload.repositories_added));
    on("installation_repositories.removed", (payload) => all("uninstalled", payload.repositories_removed));
  };
}

type Pull = {
  readonly number: number;
  readonly user: { readonly type?: string } | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly id: number } | null };
  readonly base: { readonly repo: { readonly id: number } };
  readonly merged?: boolean | null;
  readonly merge_commit_sha?: string | null;
};

type Sent = { readonly repository: { readonly full_name: string }; readonly sender: { readonly login: string } };

type Fate<M = ForgeMessage> = M extends { readonly branch: string; readonly number: number }
  ? Omit<M, "repository" | "number" | "branch" | "by">
  : never;

/** About a pull request of ours, as far as its branch and a bot as its author say so; of others nothing is told. */
function ofProposal(
  payload: Sent & { readonly pull_request: Pull },
  fateOf: (pull: Pull) => Fate,
): readonly ForgeMessage[] {
  const { pull_request: pull } = payload;
  const isOurs = pull.user?.type === "Bot" && pull.head.repo?.id === pull.base.repo.id;
  if (!isOurs || keyOfBranch(pull.head.ref) === undefined) return [];
  return [{ ...fateOf(pull), ...by(payload), number: pull.number, branch: pull.head.ref }];
}

function by({ repository, sender }: Sent): { readonly repository: RepositoryRef; readonly by: string } {
  return { repository: refOf(repository.full_name), by: sender.login };
}

function all(
  kind: "installed" | "uninstalled",
  repositories: readonly { readonly full_name: string }[] = [],
): readonly ForgeMessage[] {
  return repositories.map(({ full_name }) => ({ kind, repository: refOf(full_name) }));
}

function refOf(fullName: string): RepositoryRef {
  const [owner = "", name = ""] = fullName.split("/");
  return { owner, name };
}
