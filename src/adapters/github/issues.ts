import type { RepositoryRef } from "../../incident/incident.ts";
import type { Issues } from "../../ports.ts";
import { markedKey, markerLine, OUR_LABEL } from "../../proposal/marker.ts";
import { trimmed } from "../../proposal/sanitise.ts";
import type { Client } from "./client.ts";

/** Incidents' issues and the comments on issues and pull requests, found by marker and author. */
export function openIssues(client: Client): Issues {
  async function find(repository: RepositoryRef, key: string) {
    const [octokit, login] = [await client.of(repository), await client.login()];
    const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
      ...named(repository),
      labels: OUR_LABEL,
      state: "all",
      // The oldest first: should there ever be two, everybody takes the same one.
      direction: "asc",
      per_page: 100,
    });
    for await (const { data } of pages) {
      const ours = data.find(
        ({ user, body, pull_request }) =>
          pull_request === undefined && user?.login === login && markedKey(body ?? "") === key,
      );
      if (ours) return { repository, number: ours.number, url: ours.html_url, isOpen: ours.state === "open" };
    }
    return undefined;
  }

  return {
    find,
    open: async (repository, { key, title, body, labels }) => {
      requireMarker(body, key);
      const standing = await find(repository, key);
      if (standing !== undefined) return standing;
      const octokit = await client.of(repository);
      const { data } = await octokit.rest.issues.create({
        ...named(repository),
        title,
        body: trimmed(body),
        labels: [...new Set([OUR_LABEL, ...labels])],
      });
      return { repository, number: data.number, url: data.html_url };
    },
    edit: async (issue, { title, body, isOpen }) => {
      const octokit = await client.of(issue.repository);
      const at = { ...named(issue.repository), issue_number: issue.number };
      const { data: standing } = await octokit.rest.issues.get(at);
      const change = {
        ...(title === undefined || title === standing.title ? {} : { title }),
        ...(body === undefined || isSameText(trimmed(body), standing.body) ? {} : { body: trimmed(body) }),
        ...(isOpen === undefined || isOpen === (standing.state === "open") ? {} : stateOf(isOpen)),
      };
      if (Object.keys(change).length > 0) await octokit.rest.issues.update({ ...at, ...change });
    },
    comment: async ({ repository, number }, topic, text) => {
      const [octokit, login] = [await client.of(repository), await client.login()];
      const body = trimmed(`${markerLine(topic)}\n${text}`);
      const at = { ...named(repository), issue_number: number };
      const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...at, per_page: 100 });
      const ours = comments.find((one) => one.user?.login === login && markedKey(one.body ?? "") === topic);
      if (ours === undefined) await octokit.rest.issues.createComment({ ...at, body });
      else if (!isSameText(body, ours.body))
        await octokit.rest.issues.updateComment({ ...named(repository), comment_id: ours.id, body });
    },
  };
}

/** A repository in Octokit's words. */
export function named({ owner, name }: RepositoryRef): { readonly owner: string; readonly repo: string } {
  return { owner, repo: name };
}

/** What is written without its marker would never be found again. */
export function requireMarker(body: string, key: string): void {
  if (markedKey(body) !== key) throw new Error(`The first line of the body is not the marker of ${key}`);
}

/** Whether two texts differ only in white space at the ends of lines, which GitHub changes as it likes. */
function isSameText(a: string, b: string | null | undefined): boolean {
  const bare = (text: string) => text.replace(/\s*\n/g, "\n").trim();
  return bare(a) === bare(b ?? "");
}

function stateOf(isOpen: boolean) {
  return isOpen
    ? ({ state: "open", state_reason: "reopened" } as const)
    : ({ state: "closed", state_reason: "completed" } as const);
}
