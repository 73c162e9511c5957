import { KINDS } from "../../../src/evidence/kinds.ts";
import { kindKey } from "../../../src/signal/object.ts";
import type { Cluster, Live } from "./cluster.ts";

const FLUX = /toolkit\.fluxcd\.io$/;

/** The files of a recorded cluster: one complete list for each kind, and the logs. */
export function snapshotOf(cluster: Cluster, hasFlux: boolean): Record<string, string> {
  const byKind = Map.groupBy(cluster.objects.values(), kindKey);
  const files: Record<string, string> = {};
  for (const { group, version, kind, plural, isBuiltIn } of KINDS) {
    const items = byKind.get(`${group}/${kind}`) ?? [];
    byKind.delete(`${group}/${kind}`);
    const isInstalled = isBuiltIn || (hasFlux && FLUX.test(group));
    if (items.length === 0 && !isInstalled) continue;
    const apiVersion = items[0]?.apiVersion ?? (group === "" ? version : `${group}/${version}`);
    files[`${plural}.json`] = listOf(apiVersion, kind, items);
  }
  for (const [key, [first, ...rest]] of byKind)
    if (first !== undefined)
      files[`${key.replace("/", ".").toLowerCase()}.json`] = listOf(first.apiVersion, first.kind, [first, ...rest]);
  for (const [path, text] of cluster.logs) files[`logs/${path}`] = text;
  return files;
}

function listOf(apiVersion: string, kind: string, items: readonly Live[]): string {
  return JSON.stringify({ apiVersion, kind: `${kind}List`, metadata: {}, items });
}
