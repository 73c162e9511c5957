import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashesOf, type StoryCommit } from "./build/commits.ts";
import { type Case, casesOf } from "./build/story.ts";
import { STORIES } from "./stories.ts";

const HELP = `Usage: npm run cases -- DIR [ID…]

Writes every case (or those named) as a folder below DIR, in the form that oakum diagnose and npm run eval read.
`;

function main([folder, ...ids]: readonly string[]): number {
  if (folder === undefined || folder.startsWith("-")) {
    process.stderr.write(HELP);
    return 2;
  }
  const cases = STORIES.flatMap(casesOf).filter(({ truth }) => ids.length === 0 || ids.includes(truth.id));
  for (const made of cases) writeCase(join(folder, made.truth.id), made);
  process.stdout.write(`${cases.length} cases\n`);
  return 0;
}

function writeCase(folder: string, made: Case): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const rename =
    made.commits === null ? (text: string) => text : writeBundle(join(folder, "repo.bundle"), made.commits);
  if (made.commits === null) writeFiles(join(folder, "repo"), made.files);
  writeFiles(join(folder, "snapshot"), mapped(made.snapshot, rename));
  if (made.alerts !== null) writeFileSync(join(folder, "alerts.json"), JSON.stringify(made.alerts, null, 1));
  writeFileSync(join(folder, "truth.json"), rename(`${JSON.stringify(made.truth, null, 1)}\n`));
}

// Makes the history with git, and answers how the hashes that the story tells become git's own.
function writeBundle(bundle: string, commits: readonly StoryCommit[]): (text: string) => string {
  const scratch = mkdtempSync(join(tmpdir(), "oakum-case-"));
  const git = (args: readonly string[], at = ""): string => {
    const identity = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at, GIT_CONFIG_GLOBAL: "/dev/null" };
    const who = ["-c", "user.name=A. Writer", "-c", "user.email=writer@example.test"];
    return execFileSync("git", ["-C", scratch, ...who, ...args], {
      encoding: "utf8",
      env: { ...process.env, ...identity },
    }).trim();
  };
  try {
    git(["init", "-q", "-b", "main"]);
    const hashes = commits.map(({ files, subject, at }) => {
      git(["rm", "-rqf", "--ignore-unmatch", "."]);
      writeFiles(scratch, files);
      git(["add", "-A"]);
      git(["commit", "-q", "-m", subject], at);
      return git(["rev-parse", "HEAD"]);
    });
    git(["bundle", "create", "-q", bundle, "main"]);
    const told = hashesOf(commits);
    return (text) => told.reduce((now, hash, index) => now.replaceAll(hash, hashes[index] ?? hash), text);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function mapped(files: Readonly<Record<string, string>>, map: (text: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, map(text)]));
}

process.exitCode = main(process.argv.slice(2));
