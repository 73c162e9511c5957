import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for git repositories of one test file, with the few commands that make them. */
export function repositories(name: string) {
  const home = mkdtempSync(join(tmpdir(), `oakum-${name}-`));

  function run(folder: string, ...args: string[]): string {
    const people = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" };
    const committer = { GIT_COMMITTER_NAME: "Bo", GIT_COMMITTER_EMAIL: "bo@example.org" };
    const dates = { GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2026-01-02T00:00:00Z" };
    const env = { PATH: process.env["PATH"] ?? "", HOME: home, ...people, ...committer, ...dates };
    return execFileSync("git", ["-C", folder, ...args], { env, encoding: "utf8" }).trim();
  }

  function make(repository: string): string {
    const folder = join(home, repository);
    mkdirSync(folder);
    run(folder, "init", "-q", "-b", "main");
    return folder;
  }

  /** Commits these files (null removes one) and answers the hash. */
  function commit(
    folder: string,
    subject: string,
    files: Readonly<Record<string, string | Uint8Array | null>>,
  ): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      if (content === null) rmSync(join(folder, path));
      else writeFileSync(join(folder, path), content);
    }
    run(folder, "add", "-A");
    run(folder, "commit", "-q", "-m", subject);
    return run(folder, "rev-parse", "HEAD");
  }

  return { home, run, make, commit, remove: () => rmSync(home, { recursive: true }) };
}
