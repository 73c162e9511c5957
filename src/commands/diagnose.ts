import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeFolder } from "../adapters/files.ts";
import { openCheckout } from "../adapters/git.ts";
import { chartsOf } from "../adapters/helm.ts";
import { loadPolicies, OWN_POLICIES } from "../adapters/policy-files.ts";
import { prometheus } from "../adapters/prometheus.ts";
import { readSnapshot } from "../adapters/snapshot.ts";
import { recordOf } from "../evidence/metrics/recorded.ts";
import type { World } from "../evidence/world.ts";
import { readMetricsServer } from "../metrics-server.ts";
import { withCharts } from "../pipeline/charted.ts";
import { measured } from "../pipeline/measured.ts";
import type { Cluster } from "../ports.ts";
import { consider } from "../proposal/consider.ts";
import type { Report } from "../proposal/report.ts";
import { reportJsonSchema } from "../proposal/report-schema.ts";
import { parseAlertmanager } from "../signal/alertmanager.ts";
import { BadInput } from "../signal/bad-input.ts";
import type { Signal } from "../signal/signal.ts";
import { reportMarkdown, reportPatch, reportText } from "./diagnose-text.ts";
import type { Io } from "./io.ts";
import { messageOf, optionsOf } from "./options.ts";
import { pathOption } from "./path-option.ts";

const HELP = `Usage: oakum diagnose (--snapshot DIR | --kubeconfig FILE) --repo DIR [OPTIONS]

One look at a cluster and its GitOps repository: what is wrong, why, and the one change that removes it, proven. Nothing
is written but what --keep-metrics asks for.

  --snapshot DIR   a recorded cluster: Kubernetes objects as YAML or JSON, logs under logs/
  --kubeconfig FILE
                   a live cluster, which is only read
  --context NAME   the context of the kubeconfig (default: its current one)
  --prometheus URL
                   ask this server, a Prometheus or one with its API, what the containers in trouble use; it is shown
                   OAKUM_PROMETHEUS_TOKEN, or OAKUM_PROMETHEUS_USER and _PASSWORD, where they are set
  --keep-metrics DIR
                   write what it answered to DIR/metrics, for a recorded cluster in DIR to be looked at without it
  --repo DIR       the GitOps repository: a git checkout, or a plain folder (default: this folder)
  --alerts FILE    what fires: an Alertmanager webhook body (version 4), or a list of them
  --path DIR       look only at what this folder of the repository renders
  --output FORM    text, json, markdown or patch (default: text)
  --schema         print the JSON Schema of what --output json prints, and look at nothing
Charts of the repository are rendered with the helm that OAKUM_HELM names, or one on the PATH (none: with no helm).
A change is judged by the policies in OAKUM_POLICIES, or by those that Oakum ships.
Exit code 0: looked, whatever was found. 2: bad input.
`;

const FORMS: Readonly<Record<string, (report: Report) => string>> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  text: reportText,
  markdown: reportMarkdown,
  patch: reportPatch,
};

/** Looks once and says what it found. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const values = parse(args);
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  if (values.schema) {
    io.stdout(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
    return 0;
  }
  const form = Object.hasOwn(FORMS, values.output) ? FORMS[values.output] : undefined;
  if (form === undefined)
    throw new BadInput(`Expected --output ${Object.keys(FORMS).join(", ")}, found "${values.output}".`);
  const signals = values.alerts === undefined ? [] : await readAlerts(pathOption(io.cwd, "--alerts", values.alerts));
  // Git is asked first: each start of a process copies what this one holds of its memory's map.
  const checkout = await openCheckout(pathOption(io.cwd, "--repo", values.repo));
  const world = await (await clusterOf(values, io)).look();
  const { "keep-metrics": kept } = values;
  if (kept !== undefined) await keepMetrics(pathOption(io.cwd, "--keep-metrics", kept), world);
  const policies = loadPolicies(io.env["OAKUM_POLICIES"] ? resolve(io.cwd, io.env["OAKUM_POLICIES"]) : OWN_POLICIES);
  const path = values.path === undefined ? {} : { path: values.path };
  const report = await withCharts(chartsOf(io.env), (charts) =>
    consider({ world, checkout, signals, policies, charts, ...path }),
  );
  io.stdout(form(report));
  return 0;
}

async function clusterOf(values: Values, io: Io): Promise<Cluster> {
  const cluster = await openCluster(values, io.cwd);
  const { server, problems } = readMetricsServer(io.env, values.prometheus ?? null);
  if (server === null) return cluster;
  if (problems.length > 0) throw new BadInput(`--prometheus cannot be asked: ${problems.join("; ")}.`);
  return measured(cluster, prometheus(server));
}

async function openCluster({ snapshot, kubeconfig, context }: Values, cwd: string): Promise<Cluster> {
  if ((snapshot === undefined) === (kubeconfig === undefined))
    throw new BadInput("Expected either --snapshot DIR, a recorded cluster, or --kubeconfig FILE, a live one.");
  if (snapshot !== undefined) return { look: () => readSnapshot(pathOption(cwd, "--snapshot", snapshot)) };
  // Loaded only here: a look at a recorded cluster must not wait for the client library.
  const kubernetes = await import("../adapters/kubernetes.ts");
  const file = pathOption(cwd, "--kubeconfig", kubeconfig ?? "");
  return kubernetes.openCluster({ kubeconfig: file, ...(context === undefined ? {} : { context }) });
}

async function keepMetrics(folder: string, { metrics = [] }: World): Promise<void> {
  const file = join(folder, "metrics", "answers.json");
  const part = `${file}.part`;
  try {
    makeFolder(dirname(file));
    // Whole or not at all: half of it would be read as a recording that is broken.
    await writeFile(part, `${JSON.stringify(metrics.map(recordOf), null, 1)}\n`);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw new BadInput(`--keep-metrics names a folder that cannot be written to: ${messageOf(error)}.`);
  }
}

type Values = {
  readonly help: boolean;
  readonly snapshot?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly prometheus?: string;
  readonly "keep-metrics"?: string;
  readonly repo: string;
  readonly alerts?: string;
  readonly path?: string;
  readonly output: string;
  readonly schema: boolean;
};

function parse(args: readonly string[]): Values {
  const options = {
    help: { type: "boolean", default: false, short: "h" },
    snapshot: { type: "string" },
    kubeconfig: { type: "string" },
    context: { type: "string" },
    prometheus: { type: "string" },
    "keep-metrics": { type: "string" },
    repo: { type: "string", default: "." },
    alerts: { type: "string" },
    path: { type: "string" },
    output: { type: "string", default: "text" },
    schema: { type: "boolean", default: false },
  } as const;
  return optionsOf(HELP, () => parseArgs({ args: [...args], options })).values;
}

async function readAlerts(file: string): Promise<readonly Signal[]> {
  let body: unknown;
  try {
    body = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new BadInput(`Expected an Alertmanager webhook body as JSON in ${file}: ${messageOf(error)}.`);
  }
  return parseAlertmanager(body).filter(({ endsAt }) => endsAt === undefined);
}
