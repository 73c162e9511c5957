import { type KubernetesObject, refOf, refText } from "../../signal/object.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import { historyOf } from "../history.ts";
import type { Hypothesis } from "../hypothesis.ts";
import { hasWord } from "../match.ts";
import { textAt } from "../read.ts";
import type { Scene } from "../scene.ts";
import { ofOneCommit, type Suspect } from "../suspect.ts";
import { declaredAt } from "../suspects.ts";
import type { SymptomOf } from "../symptom.ts";
import { type ServicePort, selectedPods, servicePortsOf } from "../symptoms/services.ts";
import { citeFound, citeSymptom, setting } from "../telling.ts";
import { containersOf, podTemplateOf, portsOf } from "../workload.ts";
import { isMissed } from "./missed.ts";

// A port that got another name, with all that called it by the old one: probes of the same container do.
function portChanges(history: readonly Suspect[], asked: readonly (string | number)[]): readonly Suspect[] {
  const all = history.filter(({ path }) => path.includes("ports"));
  const lost = all.filter(({ from }) => asked.some((target) => hasWord(JSON.stringify(from ?? null), String(target))));
  const ports = all.filter(({ commit }) => lost.some((suspect) => suspect.commit?.commit === commit?.commit));
  const names = (value: Suspect["from"]): readonly unknown[] =>
    [value].flat().flatMap((item) => [item, textAt(item, "name")]);
  const [old, fresh] = [ports.flatMap(({ from }) => names(from)), ports.flatMap(({ to }) => names(to))];
  const isCalled = ({ path, from, to }: Suspect): boolean =>
    path.at(-1) === "port" && from !== undefined && old.includes(from) && fresh.includes(to);
  return ports.length === 0 ? [] : [...ports, ...history.filter(isCalled)];
}

/** The Service sends to a port that no container behind it opens. */
export function wrongPort(
  scene: Scene,
  object: KubernetesObject,
  symptom: SymptomOf<"no-port">,
): readonly Hypothesis[] {
  const root = refOf(object);
  const pods = selectedPods(scene.lookup, object);
  const roots = [...new Map(pods.map((pod) => [refText(scene.lookup.rootOf(pod)), scene.lookup.rootOf(pod)])).values()];
  const asked = servicePortsOf(object).map(({ target }) => target);
  const isAbout = ({ to }: Suspect): boolean =>
    symptom.ailment.ports.some((port) => hasWord(JSON.stringify(to ?? null), String(port)));
  const ports = historyOf(scene, root).filter(({ path }) => path[0] === "spec" && path[1] === "ports");
  const own = ports.some(isAbout) ? ports : [];
  const theirs = roots.flatMap((workload) => portChanges(historyOf(scene, workload), asked));
  const suspects = ofOneCommit(own.length > 0 ? own : theirs);
  const sentence = `${refText(root)}: ${symptom.text}.`;
  const wrongIf = "the container opens that port without declaring it";
  const isSurelyLost = isMissed(scene.lookup, object) || hasUnknownName(object, pods);
  if (!isSurelyLost && (suspects === undefined || isSaidBehind(object, pods))) return [];
  if (suspects !== undefined) {
    return [
      blame({
        category: "service_port",
        root,
        sentence,
        symptoms: [symptom],
        suspects,
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

// A container may open ports that it does not declare: only what has a name must be declared.
function hasUnknownName(object: KubernetesObject, pods: readonly KubernetesObject[]): boolean {
  const names = new Set(pods.flatMap(openPorts).map(({ name }) => name));
  return servicePortsOf(object).some(({ target }) => typeof target === "string" && !names.has(target));
}

// A program that is told the number will open it.
function isSaidBehind(object: KubernetesObject, pods: readonly KubernetesObject[]): boolean {
  const open = new Set(pods.flatMap(openPorts).map(({ port }) => port));
  const undeclared = servicePortsOf(object).filter(({ target }) => typeof target === "number" && !open.has(target));
  const said = pods.map((pod) => JSON.stringify(podTemplateOf(pod)?.spec ?? {}));
  return undeclared.some(({ target }) => said.some((text) => hasWord(text, String(target))));
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
  return containersOf(podTemplateOf(pod)).flatMap(portsOf);
}

function openText(pods: readonly KubernetesObject[]): string {
  const open = pods[0] === undefined ? [] : openPorts(pods[0]);
  return open.length === 0
    ? "no declared port"
    : open.map(({ name, port }) => (name === null ? String(port) : `${port} (${name})`)).join(", ");
}
