import { type KubernetesObject, type ObjectRef, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Foretold, Hypothesis } from "../hypothesis.ts";
import { textAt, textsAt } from "../read.ts";
import { nearestName } from "../reference/nearest.ts";
import type { Rule } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { declaredAt, historyOf, type Suspect } from "../suspects.ts";
import { type ServicePort, selectedPods, servicePortsOf, serviceSymptoms } from "../symptoms/services.ts";
import { ailing, citeFound, citeSymptom, setting } from "../telling.ts";
import { containersOf, podTemplateOf, portsOf } from "../workload.ts";

/** A Service that selects no pod although its workload is there, or sends to a port that no container opens. */
export const service: Rule = {
  name: "service-leads-nowhere",
  categories: ["service_selector", "service_port"],
  diagnose: (scene, trouble) => {
    const object = scene.lookup.get(trouble.root);
    if (object === undefined || object.kind !== "Service") return [];
    const [empty] = ailing(trouble, "no-backends").filter(({ ailment }) => ailment.selected === 0);
    const [portless] = ailing(trouble, "no-port");
    if (empty !== undefined) return wrongSelector(scene, object, empty);
    return portless === undefined ? [] : wrongPort(scene, object, portless);
  },
  foretell: (after, hypothesis) => foretell(after, hypothesis),
};

type Symptoms = ReturnType<typeof ailing>[number];

function wrongSelector(scene: Scene, object: KubernetesObject, symptom: Symptoms): readonly Hypothesis[] {
  const root = refOf(object);
  const meant = meantWorkloads(scene, object);
  const suspects = selectorChanges(
    scene,
    root,
    meant.map(({ workload }) => refOf(workload)),
  );
  const [first, ...rest] = suspects;
  const sentence = `${refText(root)} selects pods by labels that none carries.`;
  const wrongIf = "pods with these labels are about to be made";
  if (first !== undefined) {
    return [
      blame({
        category: "service_selector",
        root,
        sentence,
        symptoms: [symptom],
        suspects: [first, ...rest.filter((suspect) => suspect.commit?.commit === first.commit?.commit)],
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

// A port that got another name, with all that called it by the old one: probes of the same container do.
function portChanges(history: readonly Suspect[]): readonly Suspect[] {
  const ports = history.filter(({ path }) => path.includes("ports"));
  const names = (value: Suspect["from"]): readonly unknown[] =>
    [value].flat().flatMap((item) => [item, textAt(item, "name")]);
  const [old, fresh] = [ports.flatMap(({ from }) => names(from)), ports.flatMap(({ to }) => names(to))];
  const isCalled = ({ path, from, to }: Suspect): boolean =>
    path.at(-1) === "port" && from !== undefined && old.includes(from) && fresh.includes(to);
  return ports.length === 0 ? [] : [...ports, ...history.filter(isCalled)];
}

function wrongPort(scene: Scene, object: KubernetesObject, symptom: Symptoms): readonly Hypothesis[] {
  const root = refOf(object);
  const pods = selectedPods(scene.lookup, object);
  const roots = [...new Map(pods.map((pod) => [refText(scene.lookup.rootOf(pod)), scene.lookup.rootOf(pod)])).values()];
  const own = historyOf(scene, root).filter(({ path }) => path[0] === "spec" && path[1] === "ports");
  const theirs = roots.flatMap((workload) => portChanges(historyOf(scene, workload)));
  const [first, ...rest] = own.length > 0 ? own : theirs;
  const sentence = `${refText(root)}: ${symptom.text}.`;
  const wrongIf = "the container opens that port without declaring it";
  if (first !== undefined) {
    return [
      blame({
        category: "service_port",
        root,
        sentence,
        symptoms: [symptom],
        suspects: [first, ...rest.filter((suspect) => suspect.commit?.commit === first.commit?.commit)],
        prior: { right: 19, wrong: 1 },
        wrongIf,
      }),
    ];
  }
  const likely = likelyTargets(scene, object, pods);
  const fields = likely.filter(({ path, from }) => declaredAt(scene, root, path) === from);
  const basis = `the containers behind it open ${openText(pods)}`;
  const isNamed = servicePortsOf(object).some(({ target }) => typeof target === "string");
  return [
    {
      category: "service_port",
      root,
      sentence,
      cites: [citeSymptom(symptom), citeFound("port", basis, refText(root))],
      confidence: confidenceOf({ prior: { right: 14, wrong: 1 }, supports: isNamed ? 1 : 0 }),
      advice:
        fields.length > 0
          ? {
              is: "change",
              intents: [setting("set-port", root, fields, basis)],
              because: `Send to ${fields.map(({ to }) => to).join(", ")}: ${basis}.`,
            }
          : { is: "person", because: `Say which port ${root.name} should send to: ${basis}.` },
      culprit: null,
      wrongIf,
    },
  ];
}

type PortField = {
  readonly path: readonly (string | number)[];
  readonly from: string | number;
  readonly to: string | number;
};

// A target that nothing opens was meant to be the port of its own name or number, or the only one there is.
function likelyTargets(
  scene: Scene,
  object: KubernetesObject,
  pods: readonly KubernetesObject[],
): readonly PortField[] {
  const open = pods[0] === undefined ? [] : openPorts(pods[0]);
  const ports = servicePortsOf(object);
  return ports.flatMap((port) => {
    if (open.some(({ name, port: number }) => port.target === name || port.target === number)) return [];
    const to = meantPort(port, open, ports.length);
    const path = ["spec", "ports", stepOf(port, ports), "targetPort"];
    if (to === undefined || declaredAt(scene, refOf(object), path) === undefined) return [];
    return [{ path, from: port.target, to }];
  });
}

function meantPort(port: ServicePort, open: ReturnType<typeof openPorts>, count: number): string | number | undefined {
  const number = open.find((candidate) => candidate.port === port.port)?.port;
  const named = open.find((candidate) => candidate.name !== null && candidate.name === port.name);
  const only = open.length === 1 && count === 1 ? open[0] : undefined;
  const found = named ?? open.find((candidate) => candidate.port === number) ?? only;
  if (found === undefined) return undefined;
  return typeof port.target === "string" ? (found.name ?? found.port) : found.port;
}

function stepOf(port: ServicePort, ports: readonly ServicePort[]): string | number {
  return port.name !== null && ports.every(({ name }) => name !== null) ? `[name=${port.name}]` : `[port=${port.port}]`;
}

function openPorts(pod: KubernetesObject): ReturnType<typeof portsOf> {
  const template = podTemplateOf(pod);
  return template === undefined ? [] : containersOf(template).flatMap(portsOf);
}

function openText(pods: readonly KubernetesObject[]): string {
  const open = pods[0] === undefined ? [] : openPorts(pods[0]);
  return open.length === 0
    ? "no declared port"
    : open.map(({ name, port }) => (name === null ? String(port) : `${port} (${name})`)).join(", ");
}

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const object = after.lookup.get(hypothesis.root);
  if (object === undefined) return { silent: "unknown", because: "the Service is not among what was read" };
  const left = serviceSymptoms(after.lookup, object).filter(
    ({ ailment }) => ailment.is === "no-port" || (ailment.is === "no-backends" && ailment.selected === 0),
  );
  if (left.length > 0) return { silent: false, because: left[0]?.text ?? "" };
  return {
    silent: true,
    because: `${selectedPods(after.lookup, object).length} pods carry the labels it selects and open its ports`,
  };
}
