import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Checkout, Repository } from "../ports.ts";
import { makeFolder } from "./files.ts";
import { contains } from "./git.ts";
import { readHistory } from "./git-history.ts";
import { git, gitText } from "./git-run.ts";
import { treeOfCommit } from "./git-tree.ts";

/** Where a repository is, how to get in, and where its copy is kept. */
export type MirrorSettings = {
  readonly url: string;
  /** A folder of this mirror alone, on this machine; it may be deleted at any time. */
  readonly folder: string;
  /** Asked before each fetch; undefined where the server lets everybody read. */
  readonly token: () => Promise<string | undefined>;
};

// As far as a history is looked at, and some for side branches that merges bring along.
const DEPTH = 1000;
const FETCH_TIMEOUT_MS = 180_000;
// A connection that carries less than this for half a minute is dead.
const PATIENCE = ["-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=30"];

/** A repository elsewhere, read through a bare copy without a work tree. */
export function mirror(settings: MirrorSettings): Repository {
  const { folder } = settings;
  const followed = new Set<string>();
  const newest = new Map<string, Checkout>();
  let last: Promise<unknown> = Promise.resolve();
  // Two fetches into one copy would fight for its locks.
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return turn;
  };

  const fetch = async (branch: string): Promise<string> => {
    if (followed.size === 0) await prepare(folder);
    const ref = `refs/heads/${branch}`;
    const answer = await fetchBranch(settings, ref);
    const revision = answer.ok ? await gitText(folder, ["rev-parse", "--verify", "--end-of-options", ref]) : undefined;
    if (revision === undefined) {
      const because = answer.ok ? "it has no commit" : answer.because;
      throw new Error(`Expected branch ${branch} at ${settings.url}, but it cannot be read: ${because}.`);
    }
    followed.add(branch);
    return revision;
  };

  return {
    checkout: (branch) =>
      inTurn(async () => {
        const revision = await fetch(branch);
        const known = newest.get(branch);
        if (known?.revision === revision) return known;
        const [tree, history] = await Promise.all([treeOfCommit(folder, revision), readHistory(folder, revision)]);
        const checkout = { revision, tree, history };
        newest.set(branch, checkout);
        return checkout;
      }),
    contains: (revision, commit) =>
      inTurn(async () => {
        if (await contains(folder, revision, commit)) return true;
        // The cluster may have seen a commit that this copy has not.
        for (const branch of followed) await fetch(branch);
        return contains(folder, revision, commit);
      }),
  };
}

async function fetchBranch({ url, folder, token }: MirrorSettings, ref: string) {
  const secret = await token();
  const depth = existsSync(join(folder, "shallow")) ? [] : [`--depth=${DEPTH}`];
  return git(
    folder,
    [...PATIENCE, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", ...depth, "--", url, `+${ref}:${ref}`],
    { timeoutMs: FETCH_TIMEOUT_MS, ...(secret !== undefined && { token: secret }) },
  );
}

async function prepare(folder: string): Promise<void> {
  makeFolder(folder);
  // A process that was killed while it fetched leaves its locks behind; nobody else writes here.
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    if (entry.endsWith(".lock")) rmSync(join(folder, entry), { force: true });
  const made = await git(folder, ["init", "--quiet", "--bare", "."]);
  if (!made.ok) throw new Error(`${folder} cannot hold a copy of the repository: ${made.because}.`);
}
