import { join, resolve } from "node:path";
import { systemClock } from "../adapters/clock.ts";
import { openState } from "../adapters/database/state.ts";
import { apiUrlFrom } from "../adapters/github/address.ts";
import { openGitHub } from "../adapters/github.ts";
import { chartsOf } from "../adapters/helm.ts";
import { openLog } from "../adapters/log.ts";
import { prometheus } from "../adapters/prometheus.ts";
import { webhookNotifier } from "../adapters/webhook-notifier.ts";
import { keptCharts, withCharts } from "../pipeline/charted.ts";
import { keptMetrics, measured } from "../pipeline/measured.ts";
import { consider } from "../proposal/consider.ts";
import { startServing } from "../serving.ts";
import { type Env, readSettings, settingsHelp } from "../settings.ts";
import { parseAlertmanager } from "../signal/alertmanager.ts";
import { BadInput } from "../signal/bad-input.ts";
import { parseFluxEvent } from "../signal/flux-event.ts";
import type { Io } from "./io.ts";
import { clusterOf, mirrors, parseBotOptions, policiesOf, readEnv } from "./wiring.ts";

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
  const options = parseBotOptions(args, HELP);
  if (options.help) {
    io.stdout(HELP);
    return 0;
  }
  const { stopped } = io;
  const env = await readEnv(options, io);
  const apiUrl = apiUrlFrom(env);
  const settings = readSettings(env, apiUrl);
  const log = openLog(levelOf(env));
  const folder = resolve(io.cwd, settings.folder);
  const cluster = clusterOf(options, io.cwd);
  // A recorded cluster that cannot be read now never can.
  if (options.snapshot !== undefined) await cluster.look();
  const policies = policiesOf(settings, io.cwd);
  const charts = keptCharts(chartsOf(env));
  const github = await openGitHub({ ...settings.app, apiUrl, spacing: settings.spacing, log });
  const state = await openState(settings.databaseUrl === null ? { folder } : { databaseUrl: settings.databaseUrl }, {
    auditKey: settings.auditKey,
    log,
    now: systemClock.now,
  });
  const serving = await startServing(settings, {
    github,
    state,
    cluster: settings.metrics === null ? cluster : measured(cluster, keptMetrics(prometheus(settings.metrics))),
    openRepository: mirrors(github, join(folder, "repositories")),
    consider: (material) => withCharts(charts, (rendered) => consider({ ...material, policies, charts: rendered })),
    ...(settings.notify === null ? {} : { notifier: webhookNotifier(settings.notify, log) }),
    clock: systemClock,
    log,
    parse: { alertmanager: parseAlertmanager, flux: parseFluxEvent },
    say: (text) => io.stdout(`${text}\n\n`),
  });
  const { cluster: name, dryRun, spacing } = settings;
  log.info({ url: serving.url, cluster: name, dryRun, spacing }, "serving");
  if (settings.alertmanager.length === 0) log.warn({}, "no secret is set for Alertmanager: its webhook is closed");
  await aborted(stopped);
  log.info({}, "stopping: what is under way is done first");
  await serving.stop();
  return 0;
}

function levelOf(env: Env): string {
  const level = env["LOG_LEVEL"] || "info";
  if (LEVELS.includes(level)) return level;
  throw new BadInput(`LOG_LEVEL is "${level}": expected ${LEVELS.join(", ")}.`);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
}
