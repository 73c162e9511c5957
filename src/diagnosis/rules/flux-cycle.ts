import { isSameObject, type KubernetesObject, keyOf, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, commitText } from "../culprit.ts";
import { dependenciesOf, dependencyChanges } from "../flux/dependencies.ts";
import { conditionFact, fluxFaults } from "../flux/fault.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { FieldHistory, Scene } from "../scene.ts";
import type { Symptom } from "../symptom.ts";
import { citeFound } from "../telling.ts";

/** Kustomizations or HelmReleases that wait for each other, so that none of them ever begins (DependencyNotReady). */
export const fluxCycle: Rule = {
  name: "flux-dependency-cycle",
  categories: ["flux_dependson"],
  sees: ["flux dependency-waits"],
  silentIf: ["what it waits for waits for nothing", "the branch has no cycle any more"],
  asksFor: { "restore-fields": "the dependencies before the commit that closed the circle" },
  diagnose: (scene, trouble) =>
    fluxFaults(scene, trouble).flatMap(({ symptom, trouble: told, object }) => {
      const cycle = told.is === "dependency-waits" ? cycleFrom(scene, object) : undefined;
      return cycle === undefined || !isInGit(scene, cycle) ? [] : [closed(scene, cycle, symptom)];
    }),
};

/** Objects of which each waits for the next, and the last for the first. */
type Cycle = readonly KubernetesObject[];

/** The first cycle that waiting leads into from here, which this object need not be part of. */
function cycleFrom(scene: Scene, start: KubernetesObject): Cycle | undefined {
  const way: KubernetesObject[] = [];
  const left = new Set<string>();
  const walk = (object: KubernetesObject): Cycle | undefined => {
    if (way.includes(object)) return way.slice(way.indexOf(object));
    if (left.has(keyOf(refOf(object)))) return undefined;
    left.add(keyOf(refOf(object)));
    way.push(object);
    for (const dependency of dependenciesOf(object)) {
      const next = scene.lookup.get(dependency);
      const found = next === undefined ? undefined : walk(next);
      if (found !== undefined) return found;
    }
    way.pop();
    return undefined;
  };
  return walk(start);
}

/** Whether git still says so, as far as it is known: a commit that opens the cycle may be on its way. */
function isInGit(scene: Scene, cycle: Cycle): boolean {
  return cycle.every((object, at) => {
    const [found] = scene.manifests.findObject(refOf(object));
    const next = refOf(cycle[(at + 1) % cycle.length] ?? object);
    return (
      found === undefined || dependenciesOf(found.rendered.object).some((dependency) => isSameObject(dependency, next))
    );
  });
}

function closed(scene: Scene, cycle: Cycle, symptom: Symptom): Hypothesis {
  const refs = cycle.map(refOf);
  const last = newestClosing(scene, refs);
  const [first = symptom.object] = refs.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const root = last?.object ?? first;
  const [, ...others] = roundFrom(refs, root);
  const text = `${refText(root)} waits for ${[...others, root].map(refText).join(", which waits for ")}`;
  return {
    category: "flux_dependson",
    root,
    sentence: `${text}: none of them is ever reconciled.`,
    cites: [
      conditionFact(symptom),
      citeFound("reference", text, `${refText(root)} spec.dependsOn`),
      ...citeCommit(last?.commit, "closed the cycle"),
    ],
    confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: last === undefined ? 0 : 1 }),
    advice: adviceOn(scene, last, text),
    culprit: last?.commit ?? null,
    wrongIf: "one of them becomes ready without a change",
  };
}

function roundFrom(refs: readonly ObjectRef[], first: ObjectRef): readonly ObjectRef[] {
  const at = refs.findIndex((ref) => isSameObject(ref, first));
  return [...refs.slice(at), ...refs.slice(0, at)];
}

/** The newest change by which one member began to wait for another. */
function newestClosing(scene: Scene, refs: readonly ObjectRef[]): FieldHistory | undefined {
  const closing = refs.flatMap((ref, at) =>
    dependencyChanges(scene, ref).filter(({ now }) => now.includes(refs[(at + 1) % refs.length]?.name ?? "")),
  );
  return closing.map(({ change }) => change).toSorted((a, b) => (a.commit.at < b.commit.at ? 1 : -1))[0];
}

function adviceOn(scene: Scene, last: FieldHistory | undefined, text: string): Advice {
  if (last === undefined) return { is: "person", because: `Take one of these dependencies out: ${text}.` };
  const { object, commit } = last;
  const undone = dependencyChanges(scene, object)
    .map(({ change }) => change)
    .filter((change) => change.commit.commit === commit.commit);
  const because = `${commitText(commit)} closed the cycle, before it there was none`;
  return { is: "change", intents: restoreFields(object, undone, commit), because };
}
