import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ChangedFile, Commit, History } from "../evidence/commit.ts";
import { blobSizes, readBlobs } from "./git-objects.ts";
import { git, gitText } from "./git-run.ts";

/** What git prints of a commit: hash, author, time in UTC and subject. */
export const COMMIT_FORMAT = ["--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%H%x00%an%x00%cd%x00%s"] as const;

/** How far back a history is read. */
type HistoryLimits = {
  readonly commits: number;
  /** Of all changed files together, before and after. */
  readonly bytes: number;
  /** Of one file; what is larger is named, not read. */
  readonly fileBytes: number;
};

// 400 commits are a quarter of a busy home repository and years of a quiet one; with their bytes read in 0.05 s.
const LIMITS: HistoryLimits = { commits: 400, bytes: 64 << 20, fileBytes: 4 << 20 };

/** The newest commits that led to a revision, along first parents, each with the bytes it changed. */
export async function readHistory(folder: string, revision: string, limits = LIMITS): Promise<History> {
  const [log, cut] = await Promise.all([readLog(folder, revision, limits.commits + 1), readCut(folder)]);
  if (!log.ok) return { known: false, because: `The history cannot be read: ${log.because}.` };
  // A shallow clone shows its oldest commit as if that had made every file.
  const whole = log.entries.filter(({ hash }) => !cut.has(hash));
  const newest = whole.slice(0, limits.commits);
  const sizes = await blobSizes(folder, new Set(newest.flatMap(({ changes }) => changes.flatMap(idsOf))));
  const affordable = withinBudget(newest, sizes, limits);
  const wanted = new Set(affordable.flatMap(({ changes }) => changes.flatMap(idsOf)).filter(isReadable(sizes, limits)));
  const blobs = await readBlobs(folder, wanted);
  return {
    known: true,
    head: revision,
    truncated: affordable.length < log.entries.length,
    commits: affordable.map((entry) => commitOf(entry, blobs)),
  };
}

type LogEntry = Omit<Commit, "files"> & { readonly changes: readonly RawChange[] };

/** One line of a raw diff; an id is null where the file is not there, and `isFile` false for links and submodules. */
type RawChange = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isFile: boolean;
};

type Log =
  | { readonly ok: true; readonly entries: readonly LogEntry[] }
  | { readonly ok: false; readonly because: string };

async function readLog(folder: string, revision: string, count: number): Promise<Log> {
  const answer = await git(folder, [
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--no-decorate",
    "--no-notes",
    "--no-color",
    "--encoding=UTF-8",
    `--max-count=${count}`,
    ...COMMIT_FORMAT,
    revision,
    "--",
  ]);
  return answer.ok ? { ok: true, entries: parseLog(answer.output.toString()) } : answer;
}

function parseLog(output: string): LogEntry[] {
  const tokens = output.split("\0").values();
  const next = (): string => tokens.next().value ?? "";
  const entries: (LogEntry & { readonly changes: RawChange[] })[] = [];
  for (const token of tokens) {
    const raw = token.trimStart();
    if (raw.startsWith(":")) entries.at(-1)?.changes.push(changeOf(raw, next()));
    else if (raw !== "") entries.push({ hash: raw, author: next(), at: next(), subject: next(), changes: [] });
  }
  return entries;
}

function changeOf(raw: string, path: string): RawChange {
  const [modeBefore = "", modeAfter = "", before = "", after = ""] = raw.slice(1).split(" ");
  const isFile = [modeBefore, modeAfter].every((mode) => mode === "000000" || mode.startsWith("100"));
  return { path, before: idOf(before), after: idOf(after), isFile };
}

function idOf(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}

function idsOf({ before, after, isFile }: RawChange): string[] {
  return isFile ? [before, after].filter((id) => id !== null) : [];
}

/** The commits at which a shallow clone ends. */
async function readCut(folder: string): Promise<ReadonlySet<string>> {
  const file = await gitText(folder, ["rev-parse", "--git-path", "shallow"]);
  if (file === undefined) return new Set();
  const path = resolve(folder, file);
  return new Set(existsSync(path) ? readFileSync(path, "utf8").split("\n") : []);
}

type Sizes = ReadonlyMap<string, number | null>;

function isReadable(sizes: Sizes, limits: HistoryLimits): (id: string) => boolean {
  return (id) => (sizes.get(id) ?? Number.POSITIVE_INFINITY) <= limits.fileBytes;
}

function withinBudget(entries: readonly LogEntry[], sizes: Sizes, limits: HistoryLimits): readonly LogEntry[] {
  const isWanted = isReadable(sizes, limits);
  let left = limits.bytes;
  const end = entries.findIndex(({ changes }) => {
    for (const id of changes.flatMap(idsOf)) if (isWanted(id)) left -= sizes.get(id) ?? 0;
    return left < 0;
  });
  return end < 0 ? entries : entries.slice(0, end);
}

function commitOf({ hash, author, at, subject, changes }: LogEntry, blobs: ReadonlyMap<string, Uint8Array>): Commit {
  const files: ChangedFile[] = [];
  const unread: string[] = [];
  for (const change of changes) {
    const before = bytesOf(change.before, change, blobs);
    const after = bytesOf(change.after, change, blobs);
    if (before === undefined || after === undefined) unread.push(change.path);
    else files.push({ path: change.path, before, after });
  }
  return { hash, author, at, subject, files, unread };
}

function bytesOf(id: string | null, change: RawChange, blobs: ReadonlyMap<string, Uint8Array>) {
  if (id === null) return null;
  const bytes = change.isFile ? blobs.get(id) : undefined;
  return bytes === undefined || isBinary(bytes) ? undefined : bytes;
}

/** As git itself guesses it: a zero byte near the start. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}
