import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GitObject, openObjects } from "./objects.ts";

/** One entry of a tree, as git names it; a size for files only. */
export type GitEntry = {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size?: number;
  readonly path: string;
};

/** What is to stand at a path of a new tree: text, an object that is there already, or nothing. */
export type NewEntry = {
  readonly path: string;
  readonly mode: string;
  readonly put: { readonly content: string | Uint8Array } | { readonly sha: string } | null;
};

/** Who made a commit, and when. */
export type Signature = { readonly name: string; readonly email: string; readonly date: string };

/** A commit as git keeps it. */
export type GitCommit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
};

/** One file of a difference between two commits. */
export type GitChange = {
  readonly path: string;
  readonly status: "added" | "removed" | "modified";
  readonly sha: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string;
};

/** A bare git repository, through git's own plumbing. */
export type Git = ReturnType<typeof openGit>;

/** Runs git to its end and answers what it printed; another exit code than 0 is an Error with git's own words. */
export async function runGit(args: readonly string[], input?: string | Uint8Array, env?: Record<string, string>) {
  const child = spawn("git", args, { env: { ...process.env, ...QUIET, ...env } });
  child.stdin.end(input);
  const [out, said, status] = await Promise.all([collected(child.stdout), collected(child.stderr), exitOf(child)]);
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${said.toString().trim()}`);
  return out;
}

/** The plumbing of the bare repository in this folder. */
export function openGit(folder: string) {
  const run = (args: readonly string[], input?: string | Uint8Array, env?: Record<string, string>) =>
    runGit(["--git-dir", folder, ...args], input, env);
  const line = async (...args: string[]): Promise<string> => (await run(args)).toString().trim();
  const maybe = (...args: string[]): Promise<string | undefined> => line(...args).catch(() => undefined);
  const objects = openObjects(folder);

  return {
    folder,
    close: objects.close,
    refs: async (): Promise<ReadonlyMap<string, string>> => {
      const lines = await line("for-each-ref", "--format=%(refname) %(objectname)");
      return new Map(lines.split("\n").flatMap((one) => (one === "" ? [] : [one.split(" ") as [string, string]])));
    },
    /** What a name (a ref, a hash, a short hash) means, as a full hash; undefined where it means nothing. */
    resolve: async (name: string, type = "commit") => (await objects.read(`${name}^{${type}}`))?.sha,
    setRef: (ref: string, sha: string) => run(["update-ref", ref, sha]),
    deleteRef: (ref: string) => run(["update-ref", "-d", ref]),
    isName: async (ref: string) => (await maybe("check-ref-format", ref)) !== undefined,
    /** The type of the object with this hash. */
    typeOf: async (sha: string) => (await objects.read(sha))?.type,

    /** A file's bytes by its hash, or as it stands at `COMMIT:PATH`; undefined where there is none. */
    blob: async (name: string) => {
      const object = await objects.read(name);
      return object?.type === "blob" ? object.bytes : undefined;
    },
    entries: async (tree: string, recursive: boolean): Promise<GitEntry[]> => {
      const out = (await run(["ls-tree", "-z", "-l", ...(recursive ? ["-r", "-t"] : []), tree])).toString();
      return out.split("\0").flatMap((one) => (one === "" ? [] : [entryOf(one)]));
    },
    writeTree: async (base: string | undefined, entries: readonly NewEntry[]): Promise<string> => {
      const scratch = await mkdtemp(join(tmpdir(), "oakum-index-"));
      const env = { GIT_INDEX_FILE: join(scratch, "index") };
      try {
        if (base !== undefined) await run(["read-tree", base], undefined, env);
        const lines: string[] = [];
        for (const { path, mode, put } of entries) {
          if (put === null) lines.push(`0 ${"0".repeat(40)}\t${path}`);
          else lines.push(`${mode} ${"sha" in put ? put.sha : await writeBlob(run, put.content)}\t${path}`);
        }
        await run(["update-index", "-z", "--index-info"], lines.map((one) => `${one}\0`).join(""), env);
        return (await run(["write-tree"], undefined, env)).toString().trim();
      } finally {
        await rm(scratch, { recursive: true });
      }
    },
    /** A commit of whole files (null removes one) on top of another, or the first one; no branch moves. */
    commitFiles: async (
      parent: string | undefined,
      files: Readonly<Record<string, string | Uint8Array | null>>,
      { message, by }: { readonly message: string; readonly by: Signature },
    ): Promise<string> => {
      const start = [`commit ${SCRATCH}`, "mark :1", `committer ${by.name} <${by.email}> ${secondsOf(by)} +0000`];
      const from = parent === undefined ? [] : [`from ${parent}`];
      const changes = Object.entries(files).flatMap(([path, content]) =>
        content === null ? [`D ${path}`] : [`M 100644 inline ${path}`, dataOf(content)],
      );
      const stream = [
        ...start,
        dataOf(message),
        ...from,
        ...changes,
        "get-mark :1",
        `reset ${SCRATCH}`,
        `from ${ZERO}`,
      ];
      const input = Buffer.concat(stream.flatMap((part) => [Buffer.from(part), NEWLINE]));
      return (await run(["fast-import", "--quiet", "--force"], input)).toString().trim();
    },
    writeCommit: async (commit: Omit<GitCommit, "sha">): Promise<string> => {
      const parents = commit.parents.flatMap((parent) => ["-p", parent]);
      const env = { ...signatureEnv("AUTHOR", commit.author), ...signatureEnv("COMMITTER", commit.committer) };
      return (await run(["commit-tree", commit.tree, ...parents], commit.message, env)).toString().trim();
    },
    commit: async (sha: string): Promise<GitCommit | undefined> => {
      const object = await objects.read(sha);
      return object?.type === "commit" ? commitOf(object) : undefined;
    },
    isAncestor: async (ancestor: string, of: string) =>
      (await maybe("merge-base", "--is-ancestor", ancestor, of)) !== undefined,
    mergeBase: (a: string, b: string) => maybe("merge-base", a, b),
    /** The commits of `to` that `from` has not, oldest first. */
    between: async (from: string, to: string): Promise<string[]> =>
      (await line("rev-list", "--reverse", `${from}..${to}`)).split("\n").filter((sha) => sha !== ""),
    /** The tree that merging two commits gives, or undefined where they conflict. */
    mergeTree: async (base: string, head: string) =>
      (await maybe("merge-tree", "--write-tree", base, head))?.slice(0, 40),
    changes: async (from: string, to: string): Promise<GitChange[]> => {
      const raw = (await line("diff-tree", "-r", "--no-renames", from, to)).split("\n").filter((one) => one !== "");
      return Promise.all(raw.map((one) => changeOf(one, from, to, line)));
    },
    archive: (commit: string, prefix: string) => run(["archive", "--format=tar.gz", `--prefix=${prefix}/`, commit]),
  };
}

const QUIET = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };

// fast-import commits on a ref only; this one is gone again when it is done.
const SCRATCH = "refs/scratch/commit";
const ZERO = "0".repeat(40);
const NEWLINE = Buffer.from("\n");

type Run = (args: readonly string[], input?: string | Uint8Array) => Promise<Buffer>;

async function writeBlob(run: Run, content: string | Uint8Array): Promise<string> {
  return (await run(["hash-object", "-w", "--stdin"], content)).toString().trim();
}

function dataOf(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes]);
}

function secondsOf({ date }: Signature): number {
  return Math.floor(Date.parse(date) / 1000);
}

function commitOf({ sha, bytes }: GitObject): GitCommit {
  const text = bytes.toString();
  const end = text.indexOf("\n\n");
  const headers = text.slice(0, end).split("\n");
  const all = (name: string) =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  return {
    sha,
    tree: all("tree")[0] ?? "",
    parents: all("parent"),
    author: signatureOf(all("author")[0]),
    committer: signatureOf(all("committer")[0]),
    message: text.slice(end + 2),
  };
}

/** `Ada <ada@example.com> 1767225600 +0100`; the zone is left out, as GitHub shows UTC. */
function signatureOf(text = ""): Signature {
  const [, name = "", email = "", seconds = "0"] = /^(.*) <(.*)> (\d+) /.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString() };
}

function entryOf(line: string): GitEntry {
  const [meta = "", path = ""] = line.split("\t");
  const [mode = "", type = "", sha = "", size = "-"] = meta.split(/ +/);
  return size === "-" ? { mode, type, sha, path } : { mode, type, sha, path, size: Number(size) };
}

async function changeOf(raw: string, from: string, to: string, line: (...args: string[]) => Promise<string>) {
  const [, , , sha = "", letter = ""] = raw.split(/[ \t]/);
  const path = raw.slice(raw.indexOf("\t") + 1);
  const diff = await line("diff", "--no-renames", from, to, "--", path);
  const hunks = diff.slice(Math.max(diff.indexOf("\n@@") + 1, 0)).split("\n");
  return {
    path,
    status: letter === "A" ? "added" : letter === "D" ? "removed" : "modified",
    sha: letter === "D" ? null : sha,
    additions: hunks.filter((one) => one.startsWith("+")).length,
    deletions: hunks.filter((one) => one.startsWith("-")).length,
    patch: hunks.join("\n"),
  } as const;
}

function signatureEnv(role: string, { name, email, date }: Signature): Record<string, string> {
  return { [`GIT_${role}_NAME`]: name, [`GIT_${role}_EMAIL`]: email, [`GIT_${role}_DATE`]: date };
}

async function collected(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
