import { type Json, type ObjectRef, refText } from "../../signal/object.ts";
import { awaited } from "../awaited.ts";
import { confidenceOf } from "../confidence.ts";
import { citeCommit, culpritOf } from "../culprit.ts";
import { dependencyChanges } from "../flux/dependencies.ts";
import { inOtherNamespace } from "../flux/elsewhere.ts";
import { absenceFact, conditionFact, type FluxFault, fluxFaults } from "../flux/fault.ts";
import { namingCommit } from "../flux/past.ts";
import type { Advice, Hypothesis } from "../hypothesis.ts";
import type { IntentField } from "../intent.ts";
import { namesIn } from "../lookup.ts";
import { listAt, textAt } from "../read.ts";
import { basisText } from "../reference/basis.ts";
import { resolveName } from "../reference/name.ts";
import type { Resolution } from "../reference/resolution.ts";
import { restoreFields } from "../restore.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";

/** `dependsOn` names a Kustomization or HelmRelease that does not exist (kustomize- and helm-controller: DependencyNotReady). */
export const fluxDependency: Rule = {
  name: "flux-dependency-missing",
  categories: ["flux_dependson"],
  sees: ["flux dependency-missing"],
  silentIf: [
    "what it waits for is there by now, or in git and not applied yet",
    "the name is not in its spec any more",
  ],
  asksFor: {
    "set-flux": "the one name that comes near, or that the commit renamed it to; else the entry goes",
    "restore-fields": "the entries before the commit, where those are still there",
  },
  diagnose: (scene, trouble) => fluxFaults(scene, trouble).flatMap((fault) => missingDependency(scene, fault)),
};

function missingDependency(scene: Scene, { symptom, trouble, object }: FluxFault): Hypothesis[] {
  if (trouble.is !== "dependency-missing") return [];
  const root = symptom.object;
  const kind = object.kind;
  const group = object.apiVersion.split("/")[0];
  const namespace = trouble.namespace || (root.namespace ?? "");
  const missing = { apiVersion: object.apiVersion, kind, namespace, name: trouble.name };
  // It may have come since the condition was written.
  if (scene.lookup.get(missing) !== undefined) return [];

  const entries = listAt(object, "spec", "dependsOn");
  const named = new Set(entries.map((entry) => textAt(entry, "name") ?? ""));
  const isMissing = (entry: Json): boolean => {
    const target = { ...missing, namespace: textAt(entry, "namespace") ?? root.namespace };
    return textAt(entry, "name") === trouble.name && scene.lookup.get(target) === undefined;
  };
  // The condition may be older than the object's spec.
  if (!entries.some(isMissing)) return [];
  const there = namesIn(scene.lookup, `${group}/${kind}`, namespace);
  const introduced = namingCommit(scene, root, trouble.name);
  const byName = resolveName(scene.history, {
    kind,
    name: trouble.name,
    candidates: there.filter((name) => !named.has(name) && name !== root.name),
    by: root.name,
    named,
    introduced,
  });
  const resolution = inOtherNamespace(scene, missing, byName);
  const renamed = resolution.is === "unclear" ? restored(scene, root, trouble.name) : undefined;
  const coming = awaited(scene, missing);
  const commit = coming === undefined ? (resolution.commit ?? introduced) : undefined;
  const culprit = commit === undefined ? null : culpritOf(commit);
  return [
    {
      category: "flux_dependson",
      root,
      sentence: `${refText(root)} waits for ${kind} ${namespace}/${trouble.name}, which does not exist.`,
      cites: [
        conditionFact(symptom),
        absenceFact(scene, missing),
        ...(coming?.cites ?? []),
        ...citeCommit(culprit, "left the dependency without its target"),
      ],
      confidence: confidenceOf({ prior: { right: 30, wrong: 1 }, supports: 1 }),
      advice: coming?.advice ?? renamed ?? adviceOn(object, trouble.name, resolution, root),
      culprit,
      wrongIf: `${kind} ${namespace}/${trouble.name} existed and only could not be read`,
    },
  ];
}

/** Undoing the commit that put this name in place of another, where that is still there. */
function restored(scene: Scene, root: ObjectRef, name: string): Advice | undefined {
  const changes = dependencyChanges(scene, root);
  const commit = changes.find(({ now }) => now.includes(name))?.change.commit;
  const own = changes.filter(({ change }) => change.commit.commit === commit?.commit);
  const before = own.flatMap((one) => one.before);
  const isThere = (other: string): boolean => scene.lookup.get({ ...root, name: other }) !== undefined;
  const now = own.flatMap((one) => one.now);
  // A list written anew was no slip: what it waited for before may not be meant any more.
  if (commit === undefined || before.length === 0 || before.length > now.length) return undefined;
  if (!before.every(isThere)) return undefined;
  const intents = restoreFields(
    root,
    own.map(({ change }) => change),
    commit,
  );
  return { is: "change", intents, because: `${before.join(", ")}, for which it waited before, is still there` };
}

function adviceOn(object: FluxFault["object"], name: string, resolution: Resolution, root: ObjectRef): Advice {
  const entries = listAt(object, "spec", "dependsOn");
  const at = entries.findIndex((item) => textAt(item, "name") === name);
  const entry = entries[at];
  if (resolution.is === "unclear" || entry === undefined) {
    const because = resolution.is === "unclear" ? resolution.because : "no entry of dependsOn has this name any more";
    return { is: "person", because: `Say what ${refText(root)} should wait for instead of ${name}: ${because}.` };
  }
  // A name that changes cannot be found by itself afterwards: its place can.
  const field: IntentField =
    resolution.is === "follow"
      ? fieldFor(["spec", "dependsOn", at], entry, resolution)
      : { path: ["spec", "dependsOn", `[name=${name}]`], from: JSON.parse(JSON.stringify(entry)) };
  const because = basisText(resolution, name);
  return {
    is: "change",
    intents: [{ kind: "set-flux", object: root, fields: [field], basis: because }],
    because,
  };
}

function fieldFor(
  path: IntentField["path"],
  entry: Json,
  { to, namespace }: Extract<Resolution, { is: "follow" }>,
): IntentField {
  const field = namespace === undefined ? "name" : "namespace";
  const from = textAt(entry, field);
  return { path: [...path, field], ...(from === undefined ? {} : { from }), to: namespace ?? to };
}
