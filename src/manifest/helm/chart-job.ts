import { createHash } from "node:crypto";
import type { JsonMap } from "../../signal/object.ts";
import type { Refusal } from "../rendered.ts";

/** What Helm is asked to render: one chart with the values of one release. The same job always has the same answer. */
export type ChartJob = {
  /** The release's name. */
  readonly name: string;
  readonly namespace: string;
  /** The chart by path within its folder, with its own default values in `values.yaml`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What the release sets over the chart's defaults. */
  readonly values: JsonMap;
  /** What the cluster is (`v1.33.1`); null where that is not known. */
  readonly kubeVersion: string | null;
  /** What it serves beside its built-in kinds (`monitoring.coreos.com/v1/ServiceMonitor`), where a template asks for that. */
  readonly apiVersions: readonly string[];
  /** Set where the same is asked a second time, to see what a template draws by lot. */
  readonly isAgain?: true;
};

/** What Helm prints for a job, or why it does not; a file that it complains of is named within the chart's folder. */
export type ChartAnswer =
  | { readonly ok: true; readonly yaml: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** Charts as they were rendered. What was not asked for before is answered with a refusal until somebody rendered it. */
export type RenderedCharts = { readonly find: (job: ChartJob) => ChartAnswer };

/** For whoever renders no charts. */
export const NO_CHARTS: RenderedCharts = {
  find: () => refuseChart("NO_HELM", "no helm is at hand to render its chart: install it or set OAKUM_HELM"),
};

/** Refusals after which nobody knows what a release makes, as opposed to knowing that it fails. */
const UNKNOWN = ["NO_HELM", "NOT_RENDERED", "HELM_ENDED", "CHART_ELSEWHERE", "CHART_TOO_LARGE", "DEPENDENCY_MISSING"];

/** Whether a chart was not rendered here although Flux may well render it. */
export function isUnrendered({ code }: Refusal): boolean {
  return UNKNOWN.includes(code) || code === "VALUES_UNKNOWN";
}

/** A chart that is not rendered, and why. */
export function refuseChart(code: string, message: string): ChartAnswer & { readonly ok: false } {
  return { ok: false, refusal: { code, message } };
}

const digests = new WeakMap<ChartJob["files"], string>();

/** A text that is the same for jobs that ask the same. */
export function keyOfJob({ files, ...asked }: ChartJob): string {
  const digest = digests.get(files) ?? digestOf(files);
  digests.set(files, digest);
  return createHash("sha256").update(digest).update(JSON.stringify(asked)).digest("hex");
}

function digestOf(files: ChartJob["files"]): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of files) hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  return hash.digest("hex");
}
