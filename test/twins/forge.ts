import { createHash } from "node:crypto";
import type { IssueRef, PullRef, RepositoryRef } from "../../src/incident/incident.ts";
import type { Access, Issues, Proposals } from "../../src/ports.ts";
import type { ProposalDraft } from "../../src/proposal/draft.ts";
import {
  branchOf,
  keyOfBranch,
  markedKey,
  markerLine,
  OUR_LABEL,
  TAKEN_BACK_LABEL,
} from "../../src/proposal/marker.ts";
import { trimmed } from "../../src/proposal/sanitise.ts";
import type { ProposalState } from "../../src/proposal/standing.ts";

/** A write whose answer can get lost on its way back, its work being done. */
export type TwinWrite = "issue" | "comment" | "branch" | "pull" | "check";

/** One comment as it stands. */
type TwinComment = { readonly author: string; body: string };

/** An issue, or a pull request where it has a branch. */
export type TwinThread = {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string;
  isOpen: boolean;
  labels: string[];
  readonly comments: TwinComment[];
  readonly pull?: { readonly branch: string; readonly base: string; head: string };
  closedAt?: Date;
  merged?: { readonly commit: string; readonly at: Date };
};

type Files = ReadonlyMap<string, string>;

type TwinCommit = { readonly parent: string | undefined; readonly files: Files };

/** A repository of the twin. */
export type TwinRepository = {
  readonly commits: Map<string, TwinCommit>;
  readonly branches: Map<string, string>;
  readonly threads: TwinThread[];
  readonly checks: { readonly commit: string; readonly name: string; readonly passed: boolean; annotations: number }[];
};

const ME = "oakum[bot]";

/**
 * A forge in memory with these repositories: the same ports as GitHub, what a person does there, and answers that get
 * lost.
 */
export function openForgeTwin({
  repositories,
  now = () => new Date(),
}: {
  readonly repositories: readonly (RepositoryRef & {
    readonly branches: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly writers?: readonly string[];
  })[];
  readonly now?: () => Date;
}) {
  const repos = new Map(repositories.map((one) => [fullName(one), openRepository(one.branches)]));
  const writers = new Map(repositories.map((one) => [fullName(one), one.writers ?? []]));
  const lost = new Set<TwinWrite>();
  let writes = 0;

  const repo = (ref: RepositoryRef): TwinRepository => {
    const found = repos.get(fullName(ref));
    if (found === undefined) throw new Error(`The GitHub App is not installed on ${fullName(ref)}`);
    return found;
  };

  function written(write: TwinWrite): void {
    writes += 1;
    if (lost.delete(write)) throw new Error("502: the answer got lost");
  }

  const issues: Issues = {
    find: async (repository, key) => {
      const ours = repo(repository).threads.find(
        (one) =>
          one.pull === undefined && one.author === ME && one.labels.includes(OUR_LABEL) && markedKey(one.body) === key,
      );
      return ours && { ...issueRef(repository, ours), isOpen: ours.isOpen };
    },
    open: async (repository, { key, title, body, labels }) => {
      requireMarker(body, key);
      const standing = await issues.find(repository, key);
      if (standing !== undefined) return standing;
      const thread = openThread(repo(repository), {
        author: ME,
        title,
        body: trimmed(body),
        labels: withOurs(labels),
      });
      written("issue");
      return issueRef(repository, thread);
    },
    edit: async (issue, { title, body, isOpen }) => {
      const thread = threadOf(repo(issue.repository), issue.number);
      const before = JSON.stringify(thread);
      thread.title = title ?? thread.title;
      thread.body = body === undefined ? thread.body : trimmed(body);
      setOpen(thread, isOpen ?? thread.isOpen, now());
      if (JSON.stringify(thread) !== before) written("issue");
    },
    comment: async ({ repository, number }, topic, text) => {
      const { comments } = threadOf(repo(repository), number);
      const body = trimmed(`${markerLine(topic)}\n${text}`);
      const ours = comments.find((one) => one.author === ME && markedKey(one.body) === topic);
      if (ours?.body.trim() === body.trim()) return;
      if (ours === undefined) comments.push({ author: ME, body });
      else ours.body = body;
      written("comment");
    },
  };

  function withKey(repository: RepositoryRef, key: string): TwinThread[] {
    return ourPulls(repo(repository))
      .filter((one) => one.pull?.branch === branchOf(key))
      .reverse();
  }

  const proposals: Proposals = {
    find: async (repository, key) => withKey(repository, key).map((one) => stateOf(repository, one)),
    read: async (pull) => {
      const of = repo(pull.repository);
      const thread = threadOf(of, pull.number);
      const state = { ...stateOf(pull.repository, thread), pull };
      return state.fate.is === "open" ? { ...state, fate: { is: "open", conflicts: isInConflict(of, thread) } } : state;
    },
    open: async (repository, draft) => {
      requireMarker(draft.body, draft.key);
      const [newest] = withKey(repository, draft.key);
      if (newest?.isOpen) return { ok: true, pull: pullRef(repository, newest) };
      if (newest !== undefined)
        return { ok: false, code: "CLOSED", because: `This was proposed in #${newest.number}, which is closed` };
      const of = repo(repository);
      const branch = branchOf(draft.key);
      const stale = staleness(of, draft);
      if (stale !== undefined) return { ok: false, code: "STALE", because: stale };
      const files = withChanges(filesOf(of, draft.baseCommit), draft.files);
      const standing = of.branches.get(branch);
      if (standing !== undefined && !isSame(of, standing, { parent: draft.baseCommit, files }))
        return { ok: false, code: "BRANCH_TAKEN", because: `${branch} is there already and holds something else` };
      const head = standing ?? addCommit(of, { parent: draft.baseCommit, files });
      of.branches.set(branch, head);
      if (standing === undefined) written("branch");
      const { title, labels, baseBranch: base } = draft;
      const thread = openThread(of, {
        author: ME,
        title,
        body: trimmed(draft.body),
        labels: withOurs(labels),
        pull: { branch, base, head },
      });
      written("pull");
      return { ok: true, pull: pullRef(repository, thread) };
    },
    check: async ({ repository, headCommit: commit }, { name, passed, annotations }) => {
      const of = repo(repository);
      const check = { commit, name, passed, annotations: annotations.length };
      if (of.checks.some((one) => JSON.stringify(one) === JSON.stringify(check))) return;
      of.checks.push(check);
      written("check");
    },
    close: async (pull) => {
      const of = repo(pull.repository);
      const thread = threadOf(of, pull.number);
      if (headOf(of, thread) !== pull.headCommit || thread.merged !== undefined) return false;
      if (thread.isOpen) thread.labels = [...new Set([...thread.labels, TAKEN_BACK_LABEL])];
      setOpen(thread, false, now());
      of.branches.delete(pull.branch);
      written("pull");
      return true;
    },
    countOpen: async (repository) => ourPulls(repo(repository)).filter(({ isOpen }) => isOpen).length,
  };

  function stateOf(repository: RepositoryRef, thread: TwinThread): ProposalState {
    const key = keyOfBranch(thread.pull?.branch ?? "") ?? "";
    const at = thread.closedAt ?? now();
    const byUs = thread.labels.includes(TAKEN_BACK_LABEL);
    const fate = thread.merged ? ({ is: "merged", ...thread.merged } as const) : ({ is: "closed", at, byUs } as const);
    const headCommit = headOf(repo(repository), thread);
    const open = { is: "open", conflicts: false } as const;
    return { pull: pullRef(repository, thread), key, headCommit, fate: thread.isOpen ? open : fate };
  }

  function pullRef(repository: RepositoryRef, thread: TwinThread): PullRef {
    const { number, pull } = thread;
    const url = `https://forge.example/${fullName(repository)}/pull/${number}`;
    return { repository, number, url, branch: pull?.branch ?? "", headCommit: headOf(repo(repository), thread) };
  }

  const access: Access = {
    mayWrite: async (repository, login) => writers.get(fullName(repository))?.includes(login) ?? false,
    survey: async () => ({ granted: {}, asksForPull: true }),
    clone: async (repository) => ({ url: `https://forge.example/${fullName(repository)}.git`, token: "twin" }),
  };

  const person = (author: string) => ({
    openIssue: (ref: RepositoryRef, title: string, body: string, labels: readonly string[] = []): number =>
      openThread(repo(ref), { author, title, body, labels: [...labels] }).number,
    comment: (ref: RepositoryRef, number: number, body: string): void =>
      void threadOf(repo(ref), number).comments.push({ author, body }),
    edit: (ref: RepositoryRef, number: number, change: { readonly title?: string; readonly body?: string }): void =>
      void Object.assign(threadOf(repo(ref), number), change),
    close: (ref: RepositoryRef, number: number): void => setOpen(threadOf(repo(ref), number), false, now()),
    reopen: (ref: RepositoryRef, number: number): void => setOpen(threadOf(repo(ref), number), true, now()),
    push: async (
      ref: RepositoryRef,
      branch: string,
      files: Readonly<Record<string, string | null>>,
    ): Promise<string> => {
      const of = repo(ref);
      const parent = of.branches.get(branch);
      const commit = addCommit(of, { parent, files: withChanges(filesOf(of, parent), new Map(Object.entries(files))) });
      of.branches.set(branch, commit);
      return commit;
    },
    merge: async (ref: RepositoryRef, number: number): Promise<string> => mergeThread(repo(ref), number, now()),
  });

  return {
    issues,
    proposals,
    access,
    person,
    repo,
    /** The next write of this kind is done, but its answer gets lost. */
    loseAnswer: (write: TwinWrite): void => void lost.add(write),
    writes: (): number => writes,
  };
}

function openRepository(branches: Readonly<Record<string, Readonly<Record<string, string>>>>): TwinRepository {
  const of: TwinRepository = { commits: new Map(), branches: new Map(), threads: [], checks: [] };
  for (const [branch, files] of Object.entries(branches))
    of.branches.set(branch, addCommit(of, { parent: undefined, files: new Map(Object.entries(files)) }));
  return of;
}

function addCommit(of: TwinRepository, commit: TwinCommit): string {
  const sha = createHash("sha1")
    .update(JSON.stringify([of.commits.size, commit.parent, [...commit.files]]))
    .digest("hex");
  of.commits.set(sha, commit);
  return sha;
}

function filesOf(of: TwinRepository, commit: string | undefined): Files {
  return (commit === undefined ? undefined : of.commits.get(commit)?.files) ?? new Map();
}

function withChanges(files: Files, changes: ReadonlyMap<string, Uint8Array | string | null>): Files {
  const changed = new Map(files);
  for (const [path, content] of changes) {
    if (content === null) changed.delete(path);
    else changed.set(path, typeof content === "string" ? content : text(content));
  }
  return changed;
}

function isSame(of: TwinRepository, sha: string, { parent, files }: TwinCommit): boolean {
  const standing = of.commits.get(sha);
  const listed = (one: Files) => JSON.stringify([...one].sort());
  return standing !== undefined && standing.parent === parent && listed(standing.files) === listed(files);
}

function staleness(of: TwinRepository, draft: ProposalDraft): string | undefined {
  const tip = of.branches.get(draft.baseBranch);
  if (tip === undefined) throw new Error(`There is no branch ${draft.baseBranch}`);
  if (!ancestorsOf(of, tip).includes(draft.baseCommit)) return `${draft.baseBranch} was rewritten`;
  const files = filesOf(of, tip);
  const isMoved = (path: string) => {
    const before = draft.before.get(path) ?? null;
    return files.get(path) !== (before === null ? undefined : text(before));
  };
  const moved = [...draft.files.keys()].find(isMoved);
  return moved === undefined ? undefined : `${moved} is not as it was when the patch was made`;
}

function ancestorsOf(of: TwinRepository, commit: string): string[] {
  const line: string[] = [];
  for (let at: string | undefined = commit; at !== undefined; at = of.commits.get(at)?.parent) line.push(at);
  return line;
}

function mergeThread(of: TwinRepository, number: number, at: Date): string {
  const thread = threadOf(of, number);
  const { pull } = thread;
  if (pull === undefined || !thread.isOpen) throw new Error(`#${number} cannot be merged`);
  const head = headOf(of, thread);
  const parent = of.commits.get(head)?.parent;
  const changes = new Map<string, string | null>();
  for (const path of filesOf(of, parent).keys()) if (!filesOf(of, head).has(path)) changes.set(path, null);
  for (const [path, text] of filesOf(of, head)) if (filesOf(of, parent).get(path) !== text) changes.set(path, text);
  const tip = of.branches.get(pull.base);
  const commit = addCommit(of, { parent: tip, files: withChanges(filesOf(of, tip), changes) });
  of.branches.set(pull.base, commit);
  setOpen(thread, false, at);
  thread.merged = { commit, at };
  return commit;
}

/** Whether base and branch changed the same file since they parted. */
function isInConflict(of: TwinRepository, thread: TwinThread): boolean {
  const head = headOf(of, thread);
  const parted = filesOf(of, of.commits.get(head)?.parent);
  const [ours, theirs] = [filesOf(of, head), filesOf(of, of.branches.get(thread.pull?.base ?? ""))];
  return [...ours.keys(), ...parted.keys()].some(
    (path) => ours.get(path) !== parted.get(path) && theirs.get(path) !== parted.get(path),
  );
}

function openThread(
  of: TwinRepository,
  start: Pick<TwinThread, "author" | "title" | "body" | "labels" | "pull">,
): TwinThread {
  const thread = { ...start, number: of.threads.length + 1, isOpen: true, comments: [] };
  of.threads.push(thread);
  return thread;
}

function threadOf(of: TwinRepository, number: number): TwinThread {
  const thread = of.threads[number - 1];
  if (thread === undefined) throw new Error(`There is no #${number}`);
  return thread;
}

function ourPulls(of: TwinRepository): TwinThread[] {
  return of.threads.filter(({ author, pull }) => author === ME && keyOfBranch(pull?.branch ?? "") !== undefined);
}

/** Where the branch stands, or where it stood when it was removed. */
function headOf(of: TwinRepository, { pull }: TwinThread): string {
  return of.branches.get(pull?.branch ?? "") ?? pull?.head ?? "";
}

function setOpen(thread: TwinThread, isOpen: boolean, at: Date): void {
  if (thread.isOpen === isOpen) return;
  thread.isOpen = isOpen;
  if (isOpen) delete thread.closedAt;
  else thread.closedAt = at;
}

function withOurs(labels: readonly string[]): string[] {
  return [...new Set([OUR_LABEL, ...labels])];
}

function requireMarker(body: string, key: string): void {
  if (markedKey(body) !== key) throw new Error(`The first line of the body is not the marker of ${key}`);
}

function issueRef(repository: RepositoryRef, { number }: TwinThread): IssueRef {
  return { repository, number, url: `https://forge.example/${fullName(repository)}/issues/${number}` };
}

function fullName({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
