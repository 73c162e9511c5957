import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { History } from "../evidence/commit.ts";
import type { FileTree } from "../manifest/tree.ts";
import type { Checkout } from "../ports.ts";
import { BadInput } from "../signal/bad-input.ts";
import { readFolder } from "./files.ts";
import { COMMIT_FORMAT, readHistory } from "./git-history.ts";
import { git, gitText } from "./git-run.ts";

/** The checkout that a folder lies in: the nearest one at or above it with a `.git`; the folder itself where there is none. */
export function checkoutAround(folder: string): string {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, ".git"))) return above;
    if (above === dirname(above)) return folder;
  }
}

/** The files of a folder as they stand now, without what git is told to ignore: Flux never sees that. */
export async function readWorkTree(folder: string): Promise<FileTree> {
  if (!existsSync(join(folder, ".git"))) return readFolder(refusedIfBare(folder));
  const listIgnored = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  const ignored = await gitText(folder, listIgnored);
  const paths = ignored?.split("\0").filter((path) => path !== "") ?? [];
  return readFolder(folder, new Set(paths.map((path) => path.replace(/\/$/, ""))));
}

function refusedIfBare(folder: string): string {
  if (!["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name)))) return folder;
  throw new BadInput(
    `Expected a checkout at ${folder}, but that is a git repository without files (bare, or a .git folder). Clone it, and give the clone.`,
  );
}

/** The files of a folder as they stand now, and the history that led to them where the folder is a git checkout. */
export async function openCheckout(folder: string): Promise<Checkout> {
  const tree = await readWorkTree(folder);
  const revision = await headOf(folder);
  if (!revision.ok) return { revision: null, tree, history: { known: false, because: revision.because } };
  return { revision: revision.hash, tree, history: await historyOf(folder, revision.hash) };
}

/** Who last changed a line of a file, and in which commit. */
export type LastChange = {
  readonly commit: string;
  readonly author: string;
  /** The committer's time, ISO 8601. */
  readonly at: string;
  readonly subject: string;
};

/** Who last changed this line (1-based) of the last commit's file, or undefined where git does not know. */
export async function blame(folder: string, file: string, line: number): Promise<LastChange | undefined> {
  const range = `${line},${line}`;
  const found = await gitText(folder, ["blame", "--porcelain", "--no-textconv", "-L", range, "HEAD", "--", file]);
  const commit = /^[0-9a-f]{40,64}/.exec(found ?? "")?.[0];
  if (commit === undefined) return undefined;
  const told = await gitText(folder, ["log", "--max-count=1", ...COMMIT_FORMAT, commit, "--"]);
  const [, author, at, subject] = told?.split("\0") ?? [];
  if (author === undefined || at === undefined || subject === undefined) return undefined;
  return { commit, author, at, subject };
}

/** Whether `revision` has `commit` among its ancestors, itself included; false where either is not in the clone. */
export async function contains(folder: string, revision: string, commit: string): Promise<boolean> {
  const [found, wanted] = [await commitNamed(folder, revision), await commitNamed(folder, commit)];
  if (found === undefined || wanted === undefined) return false;
  return (await git(folder, ["merge-base", "--is-ancestor", wanted, found])).ok;
}

type Head = { readonly ok: true; readonly hash: string } | { readonly ok: false; readonly because: string };

async function headOf(folder: string): Promise<Head> {
  const top = await gitText(folder, ["rev-parse", "--show-toplevel"]);
  if (top === undefined) return { ok: false, because: "The folder is not a git checkout, so no commit can be found." };
  if ((await realpath(top)) !== (await realpath(folder)))
    return { ok: false, because: `The folder is only a part of the git checkout at ${top}; give that folder instead.` };
  const hash = await commitNamed(folder, "HEAD");
  return hash === undefined ? { ok: false, because: "The git checkout has no commit yet." } : { ok: true, hash };
}

function commitNamed(folder: string, name: string): Promise<string | undefined> {
  return gitText(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
}

async function historyOf(folder: string, revision: string): Promise<History> {
  try {
    return await readHistory(folder, revision);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { known: false, because: error.message };
  }
}
