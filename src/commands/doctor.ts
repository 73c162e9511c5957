import { resolve } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { openState } from "../adapters/database/state.ts";
import { gitText } from "../adapters/git-run.ts";
import { apiUrlFrom } from "../adapters/github/address.ts";
import { openGitHub } from "../adapters/github.ts";
import { findHelm } from "../adapters/helm.ts";
import { openLog } from "../adapters/log.ts";
import { whyNoMetrics } from "../adapters/prometheus.ts";
import type { World } from "../evidence/world.ts";
import type { Access, Cluster } from "../ports.ts";
import { branchesOf } from "../proposal/sighting.ts";
import { matchSources, type Source } from "../proposal/sources.ts";
import { type Env, readSettings, type Settings, settingsHelp } from "../settings.ts";
import type { Io } from "./io.ts";
import { messageOf } from "./options.ts";
import { clusterOf, parseBotOptions, readEnv } from "./wiring.ts";

const HELP = `Usage: oakum doctor [OPTIONS]

Checks what "oakum serve" needs, with the same settings: git, database, cluster and what may be read there, the metrics
server, the sources that Flux follows, GitHub, the App's permissions and the branches' rules. Nothing is written to
cluster or GitHub.

  --kubeconfig FILE  the cluster (default: what kubectl would use, or this pod's service account)
  --snapshot DIR     a recorded cluster in its place
Exit code 0: all well, warnings aside. 1: something has to be mended. 2: bad input.

Settings, from the environment:
${settingsHelp()}
`;

/** What one check found. */
type Finding = { readonly level: "ok" | "warn" | "fail"; readonly what: string; readonly said: string };

const NEEDED = {
  metadata: "read",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  checks: "write",
} as const;
const OLDEST_GIT = [2, 30] as const;

/** Checks everything, and says what it found, one line each. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const options = parseBotOptions(args, HELP);
  if (options.help) {
    io.stdout(HELP);
    return 0;
  }
  const env = await readEnv(options, io);
  const apiUrl = apiUrlFrom(env);
  const settings = readSettings(env, apiUrl);
  const log = openLog("silent");
  const { access } = await openGitHub({ ...settings.app, apiUrl, spacing: settings.spacing, log });
  const [git, state, world, metrics] = await Promise.all([
    checkGit(io.cwd),
    checkState(settings, io.cwd),
    look(() => clusterOf(options, io.cwd)),
    checkMetrics(settings, io.now()),
  ]);
  const findings = [
    git,
    state,
    helmFinding(env),
    ...clusterFindings(world),
    metrics,
    ...(await sourceFindings(world, settings, access)),
  ];
  for (const { level, what, said } of findings) io.stdout(`${level.padEnd(5)} ${what.padEnd(10)} ${said}\n`);
  return findings.some(({ level }) => level === "fail") ? 1 : 0;
}

async function checkGit(cwd: string): Promise<Finding> {
  const said = await gitText(cwd, ["--version"]).catch(() => undefined);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(said ?? "") ?? []).slice(1).map(Number);
  const isNewEnough = major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1]);
  return {
    level: isNewEnough ? "ok" : "fail",
    what: "git",
    said: `${said ?? "not found"}, ${OLDEST_GIT.join(".")} or newer is needed`,
  };
}

/** Nothing depends on it, but what releases of charts make is not known without it. */
function helmFinding(env: Env): Finding {
  const helm = findHelm(env);
  if (helm !== null) return { level: "ok", what: "helm", said: `${helm} renders charts of the repositories` };
  const said = "none: what HelmReleases make of their values is not proven; install it or set OAKUM_HELM";
  return { level: "warn", what: "helm", said };
}

async function checkState({ databaseUrl, folder, auditKey }: Settings, cwd: string): Promise<Finding> {
  const place = databaseUrl === null ? { folder: resolve(cwd, folder) } : { databaseUrl };
  const where = databaseUrl === null ? `the embedded database in ${folder}` : "the Postgres of DATABASE_URL";
  try {
    const state = await openState(place, { auditKey, log: openLog("silent"), now: systemClock.now });
    const broken = await state.audit.firstBroken();
    await state.close();
    if (broken === undefined) return { level: "ok", what: "database", said: `${where} answers and is up to date` };
    return { level: "fail", what: "database", said: `the audit chain of ${where} is broken at entry ${broken.id}` };
  } catch (error) {
    return { level: "fail", what: "database", said: `${where} cannot be opened: ${messageOf(error)}` };
  }
}

/** Nothing depends on it either: what it tells makes Oakum surer, or more careful. */
async function checkMetrics({ metrics }: Settings, now: Date): Promise<Finding> {
  const what = "metrics";
  if (metrics === null) return { level: "ok", what, said: "none are asked for: OAKUM_PROMETHEUS_URL is not set" };
  const because = await whyNoMetrics(metrics, now);
  if (because === undefined) return { level: "ok", what, said: "the server of OAKUM_PROMETHEUS_URL answers" };
  return { level: "warn", what, said: `OAKUM_PROMETHEUS_URL: ${because}` };
}

type Look = { readonly ok: true; readonly world: World } | { readonly ok: false; readonly because: string };

async function look(open: () => Cluster): Promise<Look> {
  try {
    return { ok: true, world: await open().look() };
  } catch (error) {
    return { ok: false, because: messageOf(error) };
  }
}

function clusterFindings(look: Look): readonly Finding[] {
  if (!look.ok) return [{ level: "fail", what: "cluster", said: look.because }];
  const { objects, listed, unknown } = look.world;
  const read: Finding = {
    level: "ok",
    what: "cluster",
    said: `${objects.length} objects of ${listed.size} kinds can be read`,
  };
  return [read, ...unknown.map((said): Finding => ({ level: "warn", what: "cluster", said }))];
}

async function sourceFindings(look: Look, settings: Settings, access: Access): Promise<readonly Finding[]> {
  const sources = look.ok ? matchSources(look.world, settings.repositories) : { matched: [], unmatched: [] };
  const followed = branchesOf(sources);
  const unfollowed = settings.repositories.filter(
    ({ repository: { owner, name } }) =>
      !followed.some(({ repository }) => repository.owner === owner && repository.name === name),
  );
  const granted = await Promise.all(
    [...followed, ...unfollowed.map(({ repository }) => ({ repository, branch: "" }))].map((source) =>
      survey(source, access),
    ),
  );
  return [...sources.unmatched.map((said): Finding => ({ level: "warn", what: "source", said })), ...granted.flat()];
}

async function survey({ repository, branch }: Source, access: Access): Promise<readonly Finding[]> {
  const where = `${repository.owner}/${repository.name}`;
  try {
    const { granted, asksForPull } = await access.survey(repository, branch || "main");
    const lacking = Object.entries(NEEDED).filter(
      ([name, level]) => granted[name] !== level && granted[name] !== "write",
    );
    const excess = Object.keys(granted).filter((name) => granted[name] !== "read" && !Object.hasOwn(NEEDED, name));
    return [
      ...permissionFindings(where, lacking, excess),
      branch === "" ? unfollowedFinding(where) : branchFinding(where, branch, asksForPull),
    ];
  } catch (error) {
    return [{ level: "fail", what: "github", said: `${where}: ${messageOf(error)}` }];
  }
}

function permissionFindings(
  where: string,
  lacking: readonly (readonly [string, string])[],
  excess: readonly string[],
): readonly Finding[] {
  const missing = lacking.map(([name, level]) => `${name}: ${level}`).join(", ");
  const findings: Finding[] = [
    missing === ""
      ? { level: "ok", what: "github", said: `${where}: the App may do what it needs` }
      : {
          level: "fail",
          what: "github",
          said: `${where}: the App lacks ${missing}: grant it, and accept it in the installation`,
        },
  ];
  if (excess.length > 0)
    findings.push({
      level: "warn",
      what: "github",
      said: `${where}: the App may also write ${excess.join(", ")}, which Oakum never needs: take it away`,
    });
  return findings;
}

function branchFinding(where: string, branch: string, asksForPull: boolean): Finding {
  return asksForPull
    ? {
        level: "ok",
        what: "branch",
        said: `${where} ${branch}: a rule asks for a pull request, so the App cannot push there`,
      }
    : {
        level: "warn",
        what: "branch",
        said: `${where} ${branch}: no rule asks for a pull request: protect the branch that Flux follows`,
      };
}

function unfollowedFinding(where: string): Finding {
  return {
    level: "warn",
    what: "source",
    said: `${where}: no GitRepository of the cluster follows it; if Flux knows it by another URL, write ${where}=URL`,
  };
}
