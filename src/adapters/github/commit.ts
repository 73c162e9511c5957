import { createHash } from "node:crypto";
import type { ProbotOctokit } from "probot";
import type { RepositoryRef } from "../../incident/incident.ts";
import type { ProposalDraft } from "../../proposal/draft.ts";
import { branchOf } from "../../proposal/marker.ts";
import type { OpenResult } from "../../proposal/standing.ts";
import { statusOf } from "./failure.ts";
import { named } from "./issues.ts";

/** A proposal's commit, on its branch; or why it may not be there. */
export type Committed = { readonly ok: true; readonly commit: string } | Extract<OpenResult, { ok: false }>;

type Entry = { readonly path: string; readonly mode: string; readonly type: string; readonly sha: string };

const SYMLINK = "120000";
const FILE = "100644";

/**
 * Writes the files as one commit on a branch of their own: tree, commit, and last the branch, so that an interrupted
 * attempt leaves nothing to see. The commit names no author, which is why GitHub signs it for the App.
 */
export async function commitFiles(
  octokit: ProbotOctokit,
  repository: RepositoryRef,
  draft: ProposalDraft,
): Promise<Committed> {
  for (const path of draft.files.keys()) requireSafe(path);
  const base = await readBase(octokit, repository, draft);
  if (!base.ok) return base;
  const { data: tree } = await octokit.rest.git.createTree({
    ...named(repository),
    base_tree: base.tree,
    tree: [...draft.files].map(([path, bytes]) => newEntry(path, bytes, base.entries.get(path)?.mode)),
  });
  const { data: commit } = await octokit.rest.git.createCommit({
    ...named(repository),
    message: draft.message,
    tree: tree.sha,
    parents: [draft.baseCommit],
  });
  return putBranch(octokit, repository, draft, commit);
}

type Base =
  | { readonly ok: true; readonly tree: string; readonly entries: ReadonlyMap<string, Entry> }
  | Extract<OpenResult, { ok: false }>;

/** The tree to build on, once it is sure that the base branch still has the bytes that the patch was made against. */
async function readBase(octokit: ProbotOctokit, repository: RepositoryRef, draft: ProposalDraft): Promise<Base> {
  const at = named(repository);
  const head = await headOf(octokit, repository, draft.baseBranch);
  if (head === undefined)
    throw new Error(`${repository.owner}/${repository.name} has no branch ${draft.baseBranch}, which Flux follows`);
  if (head !== draft.baseCommit && !(await isAhead(octokit, repository, draft.baseCommit, head)))
    return stale(`${draft.baseBranch} was rewritten: ${draft.baseCommit.slice(0, 7)} is not part of it any more`);
  const { data: commit } = await octokit.rest.git.getCommit({ ...at, commit_sha: draft.baseCommit });
  const entries = await entriesOf(octokit, repository, head, [...draft.files.keys()]);
  const moved = [...draft.files.keys()].find((path) => !isAsBefore(path, draft.before.get(path) ?? null, entries));
  if (moved !== undefined) return stale(`${moved} is not as it was when the patch was made`);
  return { ok: true, tree: commit.tree.sha, entries };
}

/** Whether the base branch has only grown since. */
async function isAhead(octokit: ProbotOctokit, repository: RepositoryRef, base: string, head: string) {
  const at = { ...named(repository), basehead: `${base}...${head}`, per_page: 1 };
  const { data } = await found(octokit.rest.repos.compareCommitsWithBasehead(at), { data: undefined });
  return data?.status === "ahead";
}

/** Makes the branch; one that is there already is taken up only where it holds exactly our tree on our base. */
async function putBranch(
  octokit: ProbotOctokit,
  repository: RepositoryRef,
  draft: ProposalDraft,
  ours: { readonly sha: string; readonly tree: { readonly sha: string } },
): Promise<Committed> {
  const at = named(repository);
  const branch = branchOf(draft.key);
  try {
    await octokit.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: ours.sha });
    return { ok: true, commit: ours.sha };
  } catch (error) {
    const head = statusOf(error) === 422 ? await headOf(octokit, repository, branch) : undefined;
    if (head === undefined) throw error;
    const { data: standing } = await octokit.rest.git.getCommit({ ...at, commit_sha: head });
    const parents = standing.parents.map(({ sha }) => sha);
    if (standing.tree.sha === ours.tree.sha && parents.length === 1 && parents[0] === draft.baseCommit)
      return { ok: true, commit: head };
    return { ok: false, code: "BRANCH_TAKEN", because: `${branch} is there already and holds something else` };
  }
}

/** The commit at the tip of a branch, or undefined where there is no such branch. */
async function headOf(octokit: ProbotOctokit, repository: RepositoryRef, branch: string): Promise<string | undefined> {
  const at = { ...named(repository), ref: `heads/${branch}` };
  const { data } = await found(octokit.rest.git.getRef(at), { data: undefined });
  return data?.object.sha;
}

/** What GitHub answers, or this instead where it answers that there is no such thing. */
function found<T, U>(answer: Promise<T>, otherwise: U): Promise<T | U> {
  return answer.catch((error: unknown) => {
    if (statusOf(error) === 404) return otherwise;
    throw error;
  });
}

/** The entries of a commit's tree by path; of a tree too large for one answer, those on the way to these paths. */
async function entriesOf(
  octokit: ProbotOctokit,
  repository: RepositoryRef,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const list = async (tree_sha: string, recursive: { readonly recursive?: "1" }) => {
    const { data } = await octokit.rest.git.getTree({ ...named(repository), tree_sha, ...recursive });
    return data;
  };
  const whole = await list(commit, { recursive: "1" });
  if (!whole.truncated) return new Map(whole.tree.map((entry) => [entry.path, entry]));
  const root: Entry = { path: "", mode: "040000", type: "tree", sha: commit };
  const entries = new Map([["", root]]);
  for (const folder of foldersOf(paths)) {
    const tree = entries.get(folder);
    const children = tree?.type === "tree" ? (await list(tree.sha, {})).tree : [];
    for (const child of children) entries.set(folder === "" ? child.path : `${folder}/${child.path}`, child);
  }
  return entries;
}

/** Every folder on the way to these paths, each after the one it is in. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set([""]);
  for (const path of paths) {
    const steps = path.split("/");
    for (let depth = 1; depth < steps.length; depth += 1) folders.add(steps.slice(0, depth).join("/"));
  }
  return [...folders].sort((a, b) => a.length - b.length);
}

function isAsBefore(path: string, before: Uint8Array | null, entries: ReadonlyMap<string, Entry>): boolean {
  // A new file under what has become a file or a symlink would take its place.
  const isBlocked = foldersOf([path]).some((folder) => (entries.get(folder)?.type ?? "tree") !== "tree");
  const standing = entries.get(path);
  if (before === null || standing === undefined) return before === null && standing === undefined && !isBlocked;
  return standing.type === "blob" && standing.mode !== SYMLINK && standing.sha === blobHash(before);
}

/** The name that git gives to a file's bytes. */
function blobHash(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

type NewEntry = { path: string; mode: "100644" | "100755"; type: "blob" } & ({ sha: null } | { content: string });

function newEntry(path: string, bytes: Uint8Array | null, mode = FILE): NewEntry {
  const entry = { path, mode: mode === "100755" ? mode : FILE, type: "blob" } as const;
  return bytes === null ? { ...entry, sha: null } : { ...entry, content: textOf(path, bytes) };
}

/** GitHub takes a file as text; what is not UTF-8 would be changed on the way. */
function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${path} is not UTF-8 and cannot be proposed`);
  }
}

/** No patch of ours makes such a path; should one ever come, it goes no further. */
function requireSafe(path: string): void {
  const isOdd = (step: string) => step === "" || step === "." || step === ".." || step.toLowerCase() === ".git";
  if (/[\\\p{Cc}]/u.test(path) || path.split("/").some(isOdd))
    throw new Error(`${JSON.stringify(path)} is not a path within the repository`);
}

function stale(because: string): Extract<OpenResult, { ok: false }> {
  return { ok: false, code: "STALE", because };
}
