import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../adapters/clock.ts";
import { openState } from "../adapters/database/state.ts";
import { mirror } from "../adapters/git-mirror.ts";
import { apiUrlFrom } from "../adapters/github/address.ts";
import { type GitHub, openGitHub } from "../adapters/github.ts";
import { openCluster } from "../adapters/kubernetes.ts";
import { openLog } from "../adapters/log.ts";
import { readSnapshot } from "../adapters/snapshot.ts";
import type { RepositoryRef } from "../incident/incident.ts";
import type { Cluster, Repository } from "../ports.ts";
import { consider } from "../proposal/consider.ts";
import { startServing } from "../serving.ts";
import { type Env, readSettings, settingsHelp } from "../settings.ts";
import { parseAlertmanager } from "../signal/alertmanager.ts";
import { BadInput } from "../signal/bad-input.ts";
import { parseFluxEvent } from "../signal/flux-event.ts";
import type { Io } from "./io.ts";

const HELP = `Usage: oakum serve [OPTIONS]

The bot: hears Alertmanager (/webhooks/alertmanager), Flux (/webhooks/flux) and GitHub (/api/github/webhooks), looks at
the cluster, proposes, and verifies recovery. It never writes to the cluster and never merges.

  --dry-run          nothing is written to GitHub; what would be is said
  --kubeconfig FILE  the cluster (default: what kubectl would use, or this pod's service account)
  --snapshot DIR     a recorded cluster in its place, to try it out
Exit code 0: stopped. 2: bad input.

Settings, from the environment: APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, WEBHOOK_SECRET, DATABASE_URL, HOST, PORT,
GITHUB_API_URL or GHE_HOST, LOG_LEVEL, and
${settingsHelp()}
`;

const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];

/** Serves until the process is asked to end. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const options = parse(args);
  if (options.help) {
    io.stdout(HELP);
    return 0;
  }
  const env = await readEnv(options, io);
  const apiUrl = apiUrlFrom(env);
  const settings = readSettings(env, apiUrl);
  const log = openLog(levelOf(env));
  const folder = resolve(io.cwd, settings.folder);
  const cluster = clusterOf(options, io.cwd);
  const github = await openGitHub({ ...settings.app, apiUrl, spacing: settings.spacing, log });
  const state = await openState(settings.databaseUrl === null ? { folder } : { databaseUrl: settings.databaseUrl }, {
    auditKey: settings.auditKey,
    log,
    now: systemClock.now,
  });
  const serving = await startServing(settings, {
    github,
    state,
    cluster,
    openRepository: mirrors(github, join(folder, "repositories")),
    consider,
    clock: systemClock,
    log,
    parse: { alertmanager: parseAlertmanager, flux: parseFluxEvent },
    say: (text) => io.stdout(`${text}\n\n`),
  });
  const { cluster: name, dryRun, spacing } = settings;
  log.info({ url: serving.url, cluster: name, dryRun, spacing }, "serving");
  if (settings.alertmanager.length === 0) log.warn({}, "no secret is set for Alertmanager: its webhook is closed");
  await stopped(io);
  log.info({}, "stopping: what is under way is done first");
  await serving.stop();
  return 0;
}

type Options = {
  readonly help: boolean;
  readonly "dry-run": boolean;
  readonly kubeconfig?: string;
  readonly snapshot?: string;
};

function parse(args: readonly string[]): Options {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false, short: "h" },
        "dry-run": { type: "boolean", default: false },
        kubeconfig: { type: "string" },
        snapshot: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new BadInput(`${error instanceof Error ? error.message : String(error)}\n${HELP}`);
  }
}

async function readEnv(options: Options, { env, cwd }: Io): Promise<Env> {
  const said = options["dry-run"] ? { ...env, OAKUM_DRY_RUN: "true" } : env;
  const path = env["PRIVATE_KEY_PATH"] ?? "";
  if (path === "" || env["PRIVATE_KEY"]) return said;
  try {
    return { ...said, PRIVATE_KEY: await readFile(resolve(cwd, path), "utf8") };
  } catch (error) {
    throw new BadInput(`PRIVATE_KEY_PATH is ${path}, which cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function levelOf(env: Env): string {
  const level = env["LOG_LEVEL"] || "info";
  if (LEVELS.includes(level)) return level;
  throw new BadInput(`LOG_LEVEL is "${level}": expected ${LEVELS.join(", ")}.`);
}

function clusterOf({ snapshot, kubeconfig }: Options, cwd: string): Cluster {
  if (snapshot !== undefined) return { look: () => readSnapshot(resolve(cwd, snapshot)) };
  return openCluster(kubeconfig === undefined ? {} : { kubeconfig: resolve(cwd, kubeconfig) });
}

/** One mirror a repository, kept between looks; each fetch asks for a fresh token. */
function mirrors({ access }: GitHub, folder: string): (repository: RepositoryRef) => Promise<Repository> {
  const known = new Map<string, Promise<Repository>>();
  return (repository) => {
    const name = `${repository.owner}/${repository.name}`.toLowerCase();
    const opened = known.get(name) ?? openMirror(access, repository, join(folder, name));
    known.set(name, opened);
    opened.catch(() => known.delete(name));
    return opened;
  };
}

async function openMirror(access: GitHub["access"], repository: RepositoryRef, folder: string): Promise<Repository> {
  const { url } = await access.clone(repository);
  return mirror({ url, folder, token: async () => (await access.clone(repository)).token });
}

async function stopped({ stopped: signal }: Io): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
}
