import type { World } from "../../evidence/world.ts";
import { listAt, textAt } from "../flux/fields.ts";
import { valueAt } from "../path.ts";
import type { ChartFolder } from "./chart-folder.ts";
import type { ChartJob } from "./chart-job.ts";

/** What a cluster is to a chart's templates: its version, and what it serves where a template asks for that. */
export function capabilitiesFor(
  chart: ChartFolder,
  world: World | null,
): Pick<ChartJob, "kubeVersion" | "apiVersions"> {
  return { kubeVersion: kubeVersion(world), apiVersions: asksForApis(chart) ? apiVersions(world) : [] };
}

function kubeVersion(world: World | null): string | null {
  const node = world?.objects.find(({ kind }) => kind === "Node");
  const version = textAt(node, "status", "nodeInfo", "kubeletVersion");
  return version !== null && /^v\d+\.\d+\.\d+/.test(version) ? version : null;
}

const asking = new WeakMap<ChartFolder, boolean>();

function asksForApis(chart: ChartFolder): boolean {
  const known =
    asking.get(chart) ?? [...chart.files.values()].some((bytes) => Buffer.from(bytes).includes("APIVersions"));
  asking.set(chart, known);
  return known;
}

/** What the custom resources of a cluster are called, as Helm's templates ask for them. */
function apiVersions(world: World | null): readonly string[] {
  const definitions = (world?.objects ?? []).filter(({ kind }) => kind === "CustomResourceDefinition");
  const names = definitions.flatMap((definition) => {
    const group = textAt(definition, "spec", "group");
    const kind = textAt(definition, "spec", "names", "kind");
    const versions = listAt(definition, "spec", "versions").filter((version) => valueAt(version, ["served"]) === true);
    return versions.flatMap((version) => {
      const served = `${group}/${textAt(version, "name")}`;
      return [served, `${served}/${kind}`];
    });
  });
  return [...new Set(names)].toSorted();
}
