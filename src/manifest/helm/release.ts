import type { JsonMap } from "../../signal/object.ts";
import { nameOf } from "../flux/draft.ts";
import { type HelmChart, type HelmRelease, readChartSpec, readHelmRelease } from "../flux/helm-release.ts";
import { type MergedValues, mergeMaps } from "../flux/helm-values.ts";
import type { FluxKustomization, FluxSource } from "../flux/kustomization.ts";
import type { FoundObject } from "../flux/object-index.ts";
import { folderOf, readFluxSpec } from "../flux/read-kustomization.ts";
import { mergedValues, type ReleaseScene } from "../flux/release-values.ts";
import { filesBehind } from "../flux/render.ts";
import { nodeOfRendered } from "../flux/rendered-object.ts";
import type { Sources } from "../flux/sources.ts";
import { once } from "../once.ts";
import { valueAt } from "../path.ts";
import type { Refusal } from "../rendered.ts";
import type { FileTree } from "../tree.ts";
import { type Mapping, mappingAt } from "../yaml/node.ts";
import { printDocument } from "../yaml/print.ts";
import { jsonOf } from "../yaml/value.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { type ChartFolder, openChart, valuesIn } from "./chart-folder.ts";
import type { ChartJob } from "./chart-job.ts";

/** A HelmRelease that a Kustomization renders, as far as it can be told without Helm. */
export type Release = {
  /** Where it stands among the Kustomizations: it counts as one that its own Kustomization makes. */
  readonly kustomization: FluxKustomization;
  readonly node: Mapping;
  /** Every file that what it makes depends on, as far as they are known. */
  readonly files: ReadonlySet<string>;
  readonly plan: ({ readonly ok: true } & Plan) | { readonly ok: false; readonly refusal: Refusal };
};

/** What Helm is to be asked, and where everything of it stands. */
export type Plan = {
  readonly job: ChartJob;
  readonly chart: ChartFolder;
  /** What the templates get in the end: the chart's own values, and over them the release's. */
  readonly values: Mapping;
};

/** What is known around releases. */
export type ReleaseSurroundings = ReleaseScene & {
  readonly sources: Sources;
  /** What a source's own rules leave of the repository. */
  readonly artifact: (ignore: string | null) => FileTree;
};

/** The id of a release among the Kustomizations. */
export function releaseId({ kustomization, rendered }: FoundObject): string {
  const { namespace, name } = rendered.ref;
  return `HelmRelease ${namespace ?? "default"}/${name} of ${kustomization.id}`;
}

/** The Kustomization that a release's id names; undefined for the id of a Kustomization. */
export function makerOf(id: string): string | undefined {
  return /^HelmRelease \S+ of (.+)$/s.exec(id)?.[1];
}

/** Gathers chart and values of a HelmRelease. */
export function openRelease(found: FoundObject, around: ReleaseSurroundings): Release {
  const { kustomization: parent, rendered } = found;
  const { object } = rendered;
  const node = nodeOfRendered(rendered);
  if (node === undefined) throw new Error(`${releaseId(found)} was not rendered from a file`);
  const helm = readHelmRelease(object);
  const merged = once(() => mergedValues(helm, found, around));
  const planned = planOf(helm, node, merged, around);
  const files = once(() => new Set([...filesBehind(node), ...filesOfChart(planned), ...filesOfValues(merged())]));
  const spec = readFluxSpec(object);
  return {
    kustomization: {
      ...{ id: releaseId(found), ref: helm.ref, object, parent: parent.id, cluster: parent.cluster, live: parent.live },
      spec: { ...spec, isRemote: spec.isRemote || parent.spec.isRemote },
      source: sourceOf(planned),
      origin: rendered.origin,
    },
    node,
    get files() {
      return files();
    },
    plan: planned,
  };
}

type Planned = Release["plan"];

function sourceOf(planned: Planned): FluxSource {
  return planned.ok ? { here: true } : { here: false, because: planned.refusal.message };
}

function filesOfChart(planned: Planned): Iterable<string> {
  return planned.ok ? [...planned.chart.places.values(), ...filesBehind(planned.values)] : [];
}

function filesOfValues(merged: MergedValues): Iterable<string> {
  return merged.ok ? filesBehind(merged.values) : [];
}

function planOf(helm: HelmRelease, node: Mapping, valuesOf: () => MergedValues, around: ReleaseSurroundings): Planned {
  const { namespace, name } = helm.ref;
  const who = `${namespace ?? "default"}/${name}`;
  const refuse = (code: string, because: string): Planned & { readonly ok: false } => ({
    ok: false,
    refusal: { code, message: `What HelmRelease ${who} makes is not known: ${because}.`, file: node.source.file },
  });
  const asked = chartOf(helm.chart, around);
  if (asked.kind === "reference" || asked.sourceRef.kind !== "GitRepository")
    return refuse("CHART_ELSEWHERE", `its chart is of ${asked.sourceRef.kind} ${nameOf(asked.sourceRef)}`);
  const taker = { node, spec: { sourceRef: asked.sourceRef } };
  const source = around.sources.of(taker);
  if (!source.here) return refuse("CHART_ELSEWHERE", `its chart is not in this repository, ${source.because}`);
  const artifact = around.artifact(around.sources.ignoreOf(taker));
  const folder = folderOf(asked.name);
  const chart = openChart(artifact, folder);
  if (chart === "missing") return refuse("CHART_MISSING", `there is no chart in the folder '${folder}'`);
  if (chart === "too-large")
    return refuse("CHART_TOO_LARGE", `the chart in '${folder}' is larger than is rendered here`);
  const defaults = defaultsOf(asked, chart, artifact);
  if (typeof defaults === "string") return refuse("CHART_MISSING", `its chart has no values file '${defaults}'`);
  const merged = valuesOf();
  if (!merged.ok) return { ok: false, refusal: merged.refusal };
  if (merged.unknown.length > 0)
    return refuse("VALUES_UNKNOWN", `nobody here knows the values of ${merged.unknown.join(", ")}`);
  const job: ChartJob = {
    name: helm.releaseName,
    namespace: helm.releaseNamespace,
    files: defaults === chart.defaults ? chart.files : withDefaults(chart, defaults),
    values: jsonOf(merged.values) as JsonMap,
    ...capabilitiesFor(chart, around.world),
  };
  return { ok: true, job, chart, values: mergeMaps(defaults, merged.values) };
}

/** The chart that is asked for; a HelmChart says in place of the release which. */
function chartOf(chart: HelmChart, { findObject }: ReleaseScene): HelmChart {
  if (chart.kind === "chart" || chart.sourceRef.kind !== "HelmChart") return chart;
  const { namespace, name } = chart.sourceRef;
  const [found] = findObject({ kind: "HelmChart", namespace, name });
  if (found === undefined || !found.rendered.ref.apiVersion.startsWith("source.toolkit.fluxcd.io/")) return chart;
  return readChartSpec(valueAt(found.rendered.object, ["spec"]), namespace);
}

/** The chart's values, or those of the files that stand in for them; the name of one that is not there. */
function defaultsOf(
  { valuesFiles, ignoresMissingValuesFiles }: HelmChart & { readonly kind: "chart" },
  { defaults }: ChartFolder,
  artifact: FileTree,
): Mapping | string {
  if (valuesFiles.length === 0) return defaults;
  let merged = mappingAt(defaults, []);
  for (const file of valuesFiles) {
    const values = valuesIn(artifact, folderOf(file));
    if (values === undefined && !ignoresMissingValuesFiles) return file;
    if (values !== undefined) merged = mergeMaps(merged, values);
  }
  return merged;
}

const substituted = new WeakMap<ChartFolder, Map<string, ChartJob["files"]>>();

function withDefaults(chart: ChartFolder, defaults: Mapping): ChartJob["files"] {
  const text = printDocument(defaults);
  const known = substituted.get(chart) ?? new Map<string, ChartJob["files"]>();
  substituted.set(chart, known);
  const files = known.get(text) ?? new Map([...chart.files, ["values.yaml", new TextEncoder().encode(text)] as const]);
  known.set(text, files);
  return files;
}
