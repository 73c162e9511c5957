import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openCheckout } from "../../src/adapters/git.ts";
import { chartsOf } from "../../src/adapters/helm.ts";
import { loadPolicies, OWN_POLICIES } from "../../src/adapters/policy-files.ts";
import { readSnapshot } from "../../src/adapters/snapshot.ts";
import { withCharts } from "../../src/pipeline/charted.ts";
import { consider } from "../../src/proposal/consider.ts";
import { parseAlertmanager } from "../../src/signal/alertmanager.ts";
import { grade, type Marks } from "./grade.ts";
import type { Truth } from "./truth.ts";

/** The case folders at or below a folder: those with a truth.json. */
export function casesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === "truth.json")) return [folder];
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name))
    .toSorted()
    .flatMap(casesBelow);
}

/** Looks at one case as `oakum diagnose` does, and grades what is reported. */
export async function examine(folder: string, scratch: string): Promise<Marks> {
  const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as Truth;
  const checkout = await openCheckout(repositoryOf(folder, scratch));
  const started = performance.now();
  const world = await readSnapshot(join(folder, "snapshot"));
  const asked = { world, checkout, signals: alertsOf(folder), policies: loadPolicies(OWN_POLICIES) };
  const report = await withCharts(chartsOf(process.env), (charts) => consider({ ...asked, charts }));
  const seconds = (performance.now() - started) / 1000;
  return grade({ truth, world, tree: checkout.tree, history: checkout.history, report, seconds });
}

/** A folder for clones; the caller removes it. */
export function makeScratch(): string {
  return mkdtempSync(join(tmpdir(), "oakum-eval-"));
}

function repositoryOf(folder: string, scratch: string): string {
  const bundle = join(folder, "repo.bundle");
  if (!existsSync(bundle)) return join(folder, "repo");
  const clone = join(scratch, basename(folder));
  if (!existsSync(clone))
    execFileSync("git", ["clone", "-q", "-b", "main", bundle, clone], { stdio: ["ignore", "ignore", "pipe"] });
  return clone;
}

function alertsOf(folder: string): ReturnType<typeof parseAlertmanager> {
  const file = join(folder, "alerts.json");
  if (!existsSync(file)) return [];
  return parseAlertmanager(JSON.parse(readFileSync(file, "utf8"))).filter(({ endsAt }) => endsAt === undefined);
}
