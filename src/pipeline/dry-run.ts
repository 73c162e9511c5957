import type { RepositoryRef } from "../incident/incident.ts";
import { branchOf } from "../proposal/marker.ts";
import type { Forge } from "./outside.ts";

/** The name under which a dry run keeps its own incidents, so that a later real run begins anew. */
export function dryRunCluster(cluster: string): string {
  return `${cluster} (dry run)`;
}

/** A forge that reads what is there and writes nothing: it says what would be written. */
export function dryRunForge({ issues, proposals, access }: Forge, say: (text: string) => void): Forge {
  const at = ({ owner, name }: RepositoryRef): string => `${owner}/${name}`;
  const nothing = (repository: RepositoryRef) => ({ repository, number: 0, url: "(dry run)" });
  return {
    access,
    issues: {
      find: issues.find,
      open: async (repository, { title, body }) => {
        say(`would open an issue in ${at(repository)}: ${title}\n\n${body}`);
        return nothing(repository);
      },
      edit: async ({ repository, number }, { isOpen }) =>
        say(
          `would write issue #${number} of ${at(repository)}${isOpen === undefined ? "" : isOpen ? ", open" : ", closed"}`,
        ),
      comment: async ({ repository, number }, topic, body) =>
        say(`would comment (${topic}) on #${number} of ${at(repository)}:\n\n${body}`),
    },
    proposals: {
      find: proposals.find,
      countOpen: proposals.countOpen,
      open: async (repository, { key, baseBranch, title, body }) => {
        say(`would open a pull request against ${baseBranch} of ${at(repository)}: ${title}\n\n${body}`);
        return { ok: true, pull: { ...nothing(repository), branch: branchOf(key), headCommit: "" } };
      },
      read: async (pull) => ({ pull, key: "", headCommit: pull.headCommit, fate: { is: "open", conflicts: false } }),
      check: async (_, { title }) => say(`would put a check run: ${title}`),
      close: async ({ repository, number }) => {
        say(`would close pull request #${number} of ${at(repository)}`);
        return true;
      },
    },
  };
}
