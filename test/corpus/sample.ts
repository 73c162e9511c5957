import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const HERE = import.meta.dirname;

/** Every so many repositories and cases; the edits are quick and run whole. */
const EVERY = { repository: 5, case: 6 };

/**
 * A sample of the material, for a run of minutes: `npm run sample -- FOLDER`, where the folder holds `gitops.tar.gz`,
 * `edits.jsonl.gz`, `cases-live` and `flux-breaks`. Parts that are not there are said to be skipped.
 */
function sample(corpora: string, folder: string): number {
  const failed = [
    run("edits", join(corpora, "edits.jsonl.gz"), (file) => ["test/corpus/main.ts", "edits", file]),
    run("renderings", join(corpora, "gitops.tar.gz"), (file) => {
      const target = join(folder, "gitops");
      unpack(file, target);
      for (const [at, name] of readdirSync(target).sort().entries()) {
        if (at % EVERY.repository !== 0) rmSync(join(target, name), { recursive: true });
      }
      return ["test/corpus/main.ts", "render", target];
    }),
    ...["cases-live", "flux-breaks"].map((kind) =>
      run(kind, join(corpora, kind), (cases) => {
        const target = join(folder, kind);
        for (const [at, name] of readdirSync(cases).sort().entries()) {
          if (at % EVERY.case === 0) unpack(join(cases, name), target);
        }
        return ["test/eval/main.ts", target];
      }),
    ),
  ].filter((ended) => !ended);
  return failed.length === 0 ? 0 : 1;
}

function run(what: string, material: string, words: (material: string) => readonly string[]): boolean {
  if (!existsSync(material)) {
    process.stdout.write(`skipped: ${what} (no ${material})\n`);
    return true;
  }
  process.stdout.write(`\n${what}\n`);
  const ended = spawnSync(process.execPath, [...words(material)], { cwd: resolve(HERE, "../.."), stdio: "inherit" });
  return ended.status === 0;
}

function unpack(archive: string, target: string): void {
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", target]);
}

const [corpora] = process.argv.slice(2);
if (corpora === undefined || !existsSync(corpora)) {
  process.stderr.write(`Expected the folder with the material, found ${corpora ?? "nothing"}.\n`);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), "oakum-sample-"));
  try {
    process.exitCode = sample(resolve(corpora), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
