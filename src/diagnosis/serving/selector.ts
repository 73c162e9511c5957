import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { declaredObjects } from "../declared.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { selects, textsAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { declaredAt } from "../suspects.ts";
import type { Symptom } from "../symptom.ts";
import { workloadsSelectedBy } from "../symptoms/workloads.ts";
import { citeFound, citeSymptom, setting } from "../telling.ts";
import { podTemplateOf } from "../workload.ts";

/** The Service selects pods by labels that none carries. */
export function wrongSelector(scene: Scene, object: KubernetesObject, symptom: Symptom): readonly Hypothesis[] {
  const root = refOf(object);
  const meant = meantWorkloads(scene, object);
  const workloads = meant.map(({ workload }) => refOf(workload));
  const suspects = ofOneCommit(selectorChanges(scene, root, workloads));
  const sentence = `${refText(root)} selects pods by labels that none carries.`;
  const wrongIf = "pods with these labels are about to be made";
  const maker = makerOf(scene, object);
  if (maker !== undefined) {
    const because = `See why ${refText(maker)} has no pods: ${root.name} selects what it is to make.`;
    const cites = [citeSymptom(symptom), citeFound("selector", because, refText(maker))];
    const confidence = confidenceOf({ prior: { right: 4, wrong: 1 } });
    const advice = { is: "person", because } as const;
    return [{ category: "service_selector", root, sentence, cites, confidence, advice, culprit: null, wrongIf }];
  }
  if (suspects !== undefined) {
    return [
      blame({
        category: "service_selector",
        root,
        sentence,
        symptoms: [symptom],
        suspects,
        prior: { right: 19, wrong: 1 },
        supports: meant.length > 0 ? 1 : 0,
        wrongIf,
      }),
    ];
  }
  const [only, ...others] = meant;
  if (only === undefined || others.length > 0) return [];
  const fields = only.differences.map(({ key, from, to }) => ({ path: ["spec", "selector", key], from, to }));
  // That a label is one too many may as well mean that the pods lack it, where any pod has such a label.
  const isPlain = only.differences.every(
    ({ key, to, from }) =>
      to !== undefined || from === undefined || only.differences.length > 1 || isUnheardOf(scene, root, key, only),
  );
  const isAsDeclared = isPlain && fields.every(({ path, from }) => declaredAt(scene, root, path) === from);
  const basis = `the pods of ${refText(refOf(only.workload))} carry ${fields.map(({ path, to }) => `${path[2]}=${to ?? "nothing"}`).join(", ")}`;
  return [
    {
      category: "service_selector",
      root,
      sentence,
      cites: [citeSymptom(symptom), citeFound("selector", basis, refText(refOf(only.workload)))],
      confidence: confidenceOf({ prior: { right: 12, wrong: 1 }, supports: 1 }),
      advice: isAsDeclared
        ? { is: "change", intents: [setting("set-selector", root, fields, basis)], because: `Select what ${basis}.` }
        : {
            is: "person",
            because: `Make ${refText(root)} select what the pods of ${only.workload.metadata.name} carry: ${basis}.`,
          },
      culprit: null,
      wrongIf,
    },
  ];
}

// The workload whose pods the Service asks for rightly, and which has none: one that git has and the cluster not yet, or
// one that is held.
function makerOf({ lookup, manifests }: Scene, service: KubernetesObject): ObjectRef | undefined {
  const selector = textsAt(service, "spec", "selector");
  const isMeant = (object: KubernetesObject): boolean =>
    object.metadata.namespace === service.metadata.namespace && selects(selector, podTemplateOf(object)?.labels ?? {});
  const awaited = declaredObjects(manifests).find(
    (object) => isMeant(object) && lookup.get(refOf(object)) === undefined,
  );
  return (awaited && refOf(awaited)) ?? workloadsSelectedBy(lookup, service)[0];
}

function isUnheardOf(scene: Scene, service: ObjectRef, key: string, { workload }: Meant): boolean {
  const isNamed = workload.metadata.name === service.name;
  return isNamed && scene.lookup.all("/Pod").every((pod) => pod.metadata.labels?.[key] === undefined);
}

// The Service's own selector, or the labels of the pods that it used to select.
function selectorChanges(scene: Scene, service: ObjectRef, workloads: readonly ObjectRef[]): readonly Suspect[] {
  const own = historyOf(scene, service).filter(({ path }) => path[0] === "spec" && path[1] === "selector");
  if (own.length > 0) return own;
  return workloads.flatMap((workload) =>
    historyOf(scene, workload).filter(({ path }) => path.includes("template") && path.includes("labels")),
  );
}

type Difference = { readonly key: string; readonly from: string | undefined; readonly to: string | undefined };
type Meant = { readonly workload: KubernetesObject; readonly differences: readonly Difference[] };

/** The workloads that a Service surely meant: those of its own name, or those whose labels are a slip away. */
function meantWorkloads(scene: Scene, service: KubernetesObject): readonly Meant[] {
  const selector = textsAt(service, "spec", "selector");
  const taken = scene.lookup
    .all("/Service")
    .filter((other) => other !== service && other.metadata.namespace === service.metadata.namespace);
  const near = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"]
    .flatMap((kind) => scene.lookup.all(kind))
    .filter((workload) => workload.metadata.namespace === service.metadata.namespace)
    .flatMap((workload) => {
      const labels = podTemplateOf(workload)?.labels ?? {};
      const differences = differencesOf(selector, labels);
      return differences === undefined ? [] : [{ workload, differences }];
    })
    .filter(
      ({ workload, differences }) => workload.metadata.name === service.metadata.name || differences.every(isSlip),
    );
  const named = near.filter(({ workload }) => workload.metadata.name === service.metadata.name);
  const candidates = named.length > 0 ? named : near;
  return candidates.filter(
    ({ workload }) => named.length > 0 || !taken.some((other) => other.metadata.name === workload.metadata.name),
  );
}

// What would have to change in the selector for it to match these labels; undefined where they have too little in common.
function differencesOf(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): readonly Difference[] | undefined {
  const differences: Difference[] = [];
  for (const [key, value] of Object.entries(selector)) {
    if (labels[key] === value) continue;
    if (labels[key] !== undefined) {
      differences.push({ key, from: value, to: labels[key] });
      continue;
    }
    const unasked = Object.keys(labels).filter((other) => !(other in selector));
    const meant = nearestName(key, unasked) ?? unasked.find((other) => labels[other] === value);
    if (meant === undefined && Object.keys(selector).length === 1) return undefined;
    if (meant === undefined) differences.push({ key, from: value, to: undefined });
    else differences.push({ key, from: value, to: undefined }, { key: meant, from: undefined, to: labels[meant] });
  }
  const isMostlyRight = differences.length < Object.keys(selector).length || Object.keys(selector).length === 1;
  return differences.length === 0 || !isMostlyRight ? undefined : differences;
}

function isSlip({ from, to }: Difference): boolean {
  return from === undefined || to === undefined || nearestName(from, [to]) !== undefined;
}
