import { createHash } from "node:crypto";
import type { Json, JsonMap, KubernetesObject, ObjectRef } from "../../signal/object.ts";
import { groupOf, refOf } from "../../signal/object.ts";
import { isMap } from "../json.ts";
import { valueAt } from "../path.ts";
import { isTrueAt, listAt, textAt } from "./fields.ts";
import type { SourceRef } from "./kustomization.ts";
import { readSourceRef } from "./read-kustomization.ts";

/** A HelmRelease: which chart with which values, with the defaults of its controller. */
export type HelmRelease = {
  readonly ref: ObjectRef;
  readonly chart: HelmChart;
  readonly releaseName: string;
  /** Where the chart's objects land. */
  readonly releaseNamespace: string;
  readonly values: JsonMap;
  readonly valuesFrom: readonly ValuesFrom[];
};

/** The chart of a release: one named of a source, or a source that is a chart itself. */
export type HelmChart =
  | {
      readonly kind: "chart";
      readonly name: string;
      /** A version or a range; `*` where none is said. */
      readonly version: string;
      readonly sourceRef: SourceRef;
      readonly valuesFiles: readonly string[];
      readonly ignoresMissingValuesFiles: boolean;
    }
  | { readonly kind: "reference"; readonly sourceRef: SourceRef };

/** One ConfigMap or Secret with values, all of them or the one at `targetPath`. */
export type ValuesFrom = {
  readonly kind: string;
  readonly name: string;
  readonly valuesKey: string;
  readonly targetPath: string | null;
  readonly optional: boolean;
  /** Whether the value is taken as it stands, without Helm's `--set` syntax. */
  readonly literal: boolean;
};

const LONGEST_NAME = 53;

/** Whether an object is a HelmRelease, of whichever version. */
export function isHelmRelease({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): boolean {
  return kind === "HelmRelease" && groupOf(apiVersion) === "helm.toolkit.fluxcd.io";
}

/** Reads a HelmRelease. */
export function readHelmRelease(object: KubernetesObject): HelmRelease {
  const spec = object["spec"];
  const ref = refOf(object);
  const namespace = ref.namespace ?? "default";
  const targetNamespace = textAt(spec, "targetNamespace");
  const values = valueAt(spec, ["values"]) as JsonMap | undefined;
  const composed = targetNamespace === null ? ref.name : `${targetNamespace}-${ref.name}`;
  const releaseName = textAt(spec, "releaseName") ?? composed;
  return {
    ref,
    chart: readChart(spec, namespace),
    releaseName: shortened(releaseName),
    releaseNamespace: targetNamespace ?? namespace,
    values: isMap(values) ? values : {},
    valuesFrom: listAt(spec, "valuesFrom").map(readValuesFrom),
  };
}

// Helm takes no longer names: helm-controller cuts them and adds a hash.
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, 40)}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
}

function readChart(spec: Json | undefined, namespace: string): HelmChart {
  const chart = valueAt(spec, ["chart", "spec"]);
  if (textAt(chart, "chart") !== null) return readChartSpec(chart, namespace);
  return { kind: "reference", sourceRef: readSourceRef(valueAt(spec, ["chartRef"]), namespace) };
}

/** Reads which chart a release or a HelmChart asks for. */
export function readChartSpec(spec: Json | undefined, namespace: string): HelmChart & { readonly kind: "chart" } {
  return {
    kind: "chart",
    name: textAt(spec, "chart") ?? "",
    version: textAt(spec, "version") ?? "*",
    sourceRef: readSourceRef(valueAt(spec, ["sourceRef"]), namespace),
    valuesFiles: listAt(spec, "valuesFiles").filter((file) => typeof file === "string"),
    ignoresMissingValuesFiles: isTrueAt(spec, "ignoreMissingValuesFiles"),
  };
}

function readValuesFrom(entry: Json): ValuesFrom {
  return {
    kind: textAt(entry, "kind") ?? "",
    name: textAt(entry, "name") ?? "",
    valuesKey: textAt(entry, "valuesKey") ?? "values.yaml",
    targetPath: textAt(entry, "targetPath"),
    optional: isTrueAt(entry, "optional"),
    literal: isTrueAt(entry, "literal"),
  };
}
