import type { FieldChange } from "../manifest/difference.ts";
import type { Manifests } from "../manifest/manifests.ts";
import { valueAt } from "../manifest/path.ts";
import { editAtOrigins } from "./at-origin.ts";
import { carriedBy } from "./carried-by.ts";
import type { Attempt } from "./draft.ts";

/** A way to change fields of a chart's object for one release only: its own values, over those that the chart shares. */
export function overridesInRelease(manifests: Manifests, changes: readonly FieldChange[]): readonly (() => Attempt)[] {
  const own = changes.map((change) => inRelease(manifests, change));
  const known = own.filter((change) => change !== undefined);
  return known.length > 0 && known.length === own.length ? [() => editAtOrigins(manifests, known)] : [];
}

function inRelease(manifests: Manifests, { object, path, from, to }: FieldChange): FieldChange | undefined {
  const [found] = manifests.findObject(object);
  const release = found?.kustomization;
  if (found === undefined || release?.ref?.kind !== "HelmRelease" || from === undefined || to === undefined)
    return undefined;
  for (const variable of found.rendered.originOf(path)?.variables ?? []) {
    const steps = valuesPath(variable.name);
    const carried = carriedBy(variable, { from, to }, manifests);
    if (steps === undefined || carried === undefined) continue;
    const within = ["spec", "values", ...steps];
    const said = valueAt(release.object, within);
    return { object: release.ref, path: within, from: said, to: carried.swap.to };
  }
  return undefined;
}

// A list is replaced as a whole where a release says it, so an item of one cannot be said alone.
function valuesPath(name: string): readonly string[] | undefined {
  return /^[\w-]+(?:\.[\w-]+)*$/.test(name) ? name.split(".") : undefined;
}
