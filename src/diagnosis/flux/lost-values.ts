import { type Json, type KubernetesObject, type ObjectRef, refText } from "../../signal/object.ts";
import { declaredOf } from "../declared.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { listAt, textAt } from "../read.ts";
import type { FieldHistory, Scene } from "../scene.ts";
import type { FluxFault } from "./fault.ts";
import type { LostReference } from "./lost-reference.ts";
import { mendedOnBranch } from "./mended.ts";

/** The ConfigMap or Secret that a release takes values from and that is not there; undefined where something else fails. */
export function lostValues({ trouble, object }: FluxFault): LostReference | undefined {
  if (trouble.is !== "values-missing") return undefined;
  const at = listAt(object, "spec", "valuesFrom").findIndex((entry) => textAt(entry, "name") === trouble.name);
  return at < 0 ? undefined : { kind: trouble.kind, name: trouble.name, path: ["spec", "valuesFrom", at, "name"] };
}

/**
 * What a commit changed of a release, as far as undoing it mends: not where it named before what is not there either, nor
 * where it began to take values from elsewhere along with others of its own, which count on them.
 */
export function worthUndoing(
  scene: Scene,
  fault: FluxFault,
  changes: readonly FieldHistory[],
): readonly FieldHistory[] {
  const isVain = changes.some((change) => namesLost(scene, fault, change)) || isHalf(scene, fault, changes);
  return isVain ? [] : changes;
}

function isHalf(scene: Scene, { trouble }: FluxFault, changes: readonly FieldHistory[]): boolean {
  const [first] = changes;
  if (trouble.is !== "values-missing" || first === undefined) return false;
  const isBegun = changes.every(({ from }) => from === undefined);
  const together = scene.changes(first.object).filter(({ commit }) => commit.commit === first.commit.commit);
  return isBegun && together.some(({ path }) => path[0] === "spec" && path[1] === "values");
}

function namesLost({ lookup }: Scene, { trouble, object }: FluxFault, { path, from }: FieldHistory): boolean {
  if (trouble.is !== "values-missing") return false;
  const { kind } = trouble;
  const namespace = object.metadata.namespace ?? null;
  const entries = Array.isArray(from) ? from : [from];
  const named = path.at(-1) === "name" ? [from] : entries.map((entry) => nameIn(entry, kind));
  return named.some((name) => {
    if (typeof name !== "string" || !lookup.isListed(`/${kind}`, namespace)) return false;
    return lookup.get({ apiVersion: "v1", kind, namespace, name }) === undefined;
  });
}

function nameIn(entry: Json | undefined, kind: string): string | undefined {
  return textAt(entry, "kind") === kind ? textAt(entry, "name") : undefined;
}

/** Git asks no more for the chart or the values that the release fails by: the next reconciliation mends it. */
export function mendedRelease(
  scene: Scene,
  { trouble, symptom }: FluxFault,
  { root, category }: Pick<Hypothesis, "root" | "category">,
): Hypothesis | undefined {
  if (!isGivenUp(scene, root, trouble)) return undefined;
  const because = `The branch has ${refText(root)} without it by now; Flux takes that up at its next reconciliation.`;
  return mendedOnBranch({ symptom }, { root, category }, because);
}

function isGivenUp(scene: Scene, root: ObjectRef, trouble: FluxFault["trouble"]): boolean {
  const [declared, live] = [declaredOf(scene, root), scene.lookup.get(root)];
  if (declared === undefined || live === undefined) return false;
  if (trouble.is === "chart-missing") {
    return ["chart", "version"].some((field) => chartField(declared, field) !== chartField(live, field));
  }
  if (trouble.is !== "values-missing") return false;
  return !listAt(declared, "spec", "valuesFrom").some((entry) => nameIn(entry, trouble.kind) === trouble.name);
}

function chartField(release: KubernetesObject, field: string): string | undefined {
  return textAt(release, "spec", "chart", "spec", field);
}
