import { own } from "../../manifest/json.ts";
import { type ObjectRef, refText } from "../../signal/object.ts";
import { categoryOf, isContainerField } from "../bearing.ts";
import { blame } from "../blame.ts";
import { confidenceOf } from "../confidence.ts";
import type { Advice, Foretold, Hypothesis } from "../hypothesis.ts";
import type { Intent } from "../intent.ts";
import { logOf } from "../lookup.ts";
import { hasWord } from "../match.ts";
import { isMakingReady } from "../message/log.ts";
import type { ProbeFailure } from "../message/probe.ts";
import { mapAt, numberAt, textAt } from "../read.ts";
import { type Rule, TEMPLATE_BEFORE } from "../rule.ts";
import type { Scene } from "../scene.ts";
import { cutCpu, type FailingProbe, shortCpu } from "../starved.ts";
import { declaredAt, ofOneCommit, type Suspect, suspectsOf, valueText } from "../suspects.ts";
import type { Trouble } from "../symptom.ts";
import { ailing, citeFound, citeSymptom, onlyTells, setting } from "../telling.ts";
import { type Container, containerNamed, containersOf, podTemplateOf, portsOf } from "../workload.ts";

/** A probe that asks the wrong port, path or protocol, or too impatiently (kubelet: Unhealthy). */
export const probe: Rule = {
  name: "probe-asks-wrongly",
  categories: ["probe", "cpu_limit", "command_args", "env_var", "configmap_content"],
  sees: ["unready", "crash"],
  silentIf: ["the server answers 5xx: it knows the question and is not well", "the probe was only given more patience"],
  asksFor: {
    "restore-fields": "the probe, the port or the CPU limit before the commit",
    "set-probe": `the port that the container opens, or that its other probe asks; ${TEMPLATE_BEFORE}`,
    "set-command": TEMPLATE_BEFORE,
    "set-resources": TEMPLATE_BEFORE,
    "set-environment": TEMPLATE_BEFORE,
    "set-port": TEMPLATE_BEFORE,
  },
  diagnose: (scene, trouble) => {
    const found = failing(scene, trouble);
    return found === undefined ? [] : judge(scene, trouble.root, found);
  },
  foretell,
};

type Failing = Omit<FailingProbe, "told"> & {
  readonly field: "livenessProbe" | "readinessProbe" | "startupProbe";
};

function failing(scene: Scene, trouble: Trouble): Failing | undefined {
  for (const symptom of ailing(trouble, "unready", "crash")) {
    const { probe: failure, container: name, complaints } = symptom.ailment;
    if (failure === null) continue;
    const container = containerNamed(scene.lookup.get(trouble.root), name);
    if (container === undefined) continue;
    const field = `${failure.probe}Probe` as const;
    const isBusy = isMakingReady(logOf(scene.lookup, symptom.ailment.pod, name, "present"));
    return { symptom, failure, container, field, complains: complaints.length > 0 || isBusy };
  }
  return undefined;
}

function judge(scene: Scene, root: ObjectRef, found: Failing): readonly Hypothesis[] {
  const { symptom, failure, container, field } = found;
  const sentence = `The ${failure.probe} probe of ${container.name} in ${refText(root)} fails: ${failure.text}.`;
  const wrongIf = `${container.name} answers that probe after some time`;
  const changes = suspectsOf(scene, root);
  const suspects = ofOneCommit(changes.filter((suspect) => isProbeChange(suspect, found)));
  if (suspects !== undefined) {
    // Another version may have been given another probe rightly, and be what does not answer.
    const isAnother = changes.some(
      (change) =>
        isContainerField(change, container.name, "image") && change.commit?.commit === suspects[0].commit?.commit,
    );
    return [
      blame({
        category: "probe",
        root,
        sentence,
        symptoms: [symptom],
        wrongIf,
        suspects,
        prior: { right: 14, wrong: 1 },
        supports: found.complains ? 0 : 1,
        ...(isAnother
          ? { person: `Say whether ${container.name} or its probe is to go back: one commit changed both.` }
          : {}),
      }),
    ];
  }
  const told = { sentence, wrongIf };
  const other =
    cutCpu(scene, root, { ...found, told }) ??
    movedPort(scene, root, found, told) ??
    startedOtherwise(scene, root, found, told) ??
    shortCpu(scene, root, { ...found, told });
  if (other !== undefined) return [other];
  const likely = likelyProbe(scene, root, found);
  // Where the program itself complains, the probe only tells of it.
  if (likely === undefined && (found.complains || isOfProgram(failure))) return [];
  const advice: Advice =
    likely === undefined
      ? {
          is: "person",
          because: `Say how ${container.name} shows that it is well: its ${failure.probe} probe gets no answer.`,
        }
      : { is: "change", intents: [likely.intent], because: likely.because };
  return [
    {
      category: "probe",
      root,
      sentence,
      cites: [
        citeSymptom(symptom),
        ...(likely === undefined ? [] : [citeFound("probe", likely.because, `${refText(root)} ${field}`)]),
      ],
      confidence: confidenceOf({ prior: likely === undefined ? { right: 4, wrong: 1 } : { right: 9, wrong: 1 } }),
      advice,
      culprit: null,
      wrongIf,
    },
  ];
}

// A server that answers 5xx knows the question and is not well; one that answers 4xx or elsewhere does not know it.
// So does a database that lets nobody in yet. Where no event tells how the probe fails, nothing can be held against it.
function isOfProgram({ how, status, text }: ProbeFailure): boolean {
  return (
    how === "untold" || /rejecting connections/.test(text) || (how === "status" && status !== null && status >= 500)
  );
}

function isProbeChange(suspect: Suspect, found: Failing): boolean {
  if (isContainerField(suspect, found.container.name, found.field)) return isHarmful(suspect, found);
  // A port may be opened whatever is declared; only its name is looked up there.
  const isPort = isContainerField(suspect, found.container.name, "ports") && isNamed(found);
  return isPort && ["refused", "other", "untold"].includes(found.failure.how);
}

function isNamed({ container, field }: Failing): boolean {
  return ASKS.some((way) => typeof portAsked(container, field, way) === "string");
}

type Told = { readonly sentence: string; readonly wrongIf: string };

// What the API server takes where a manifest says nothing.
const PATIENCE: Readonly<Record<string, number>> = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
};

// More patience harms nobody; less of it does not change what a program answers, and readiness ends no program. Only
// an answer that is late comes too late.
function isHarmful({ path, from, to }: Suspect, { failure, field, complains }: Failing): boolean {
  // A server that complains of something else and answers 5xx was asked rightly.
  if (complains && isOfProgram(failure)) return false;
  const usual = own(PATIENCE, String(path.at(-1)));
  if (usual === undefined) return true;
  const isLess = Number(to ?? usual) < Number(from ?? usual);
  if (path.at(-1) === "timeoutSeconds") return isLess && ["timeout", "untold"].includes(failure.how);
  return isLess && field !== "readinessProbe" && !(failure.how === "status" && complains);
}

// A program that was told to listen elsewhere does not hear the probe any more.
function movedPort(
  scene: Scene,
  root: ObjectRef,
  { symptom, failure, container }: Failing,
  told: Told,
): Hypothesis | undefined {
  if (failure.how !== "refused" || failure.port === null) return undefined;
  const port = String(failure.port);
  const [first] = suspectsOf(scene, root).filter(
    (suspect) =>
      (suspect.object.kind === "ConfigMap" || isContainerField(suspect, container.name, "args", "command", "env")) &&
      hasWord(valueText(suspect.from), port) &&
      !hasWord(valueText(suspect.to), port),
  );
  if (first === undefined) return undefined;
  const charge = { category: categoryOf(first), root, symptoms: [symptom], ...told } as const;
  return blame({ ...charge, suspects: [first], prior: { right: 9, wrong: 1 } });
}

// Nobody listens where the probe asks since the program is started in another way, and says nothing of it.
function startedOtherwise(
  scene: Scene,
  root: ObjectRef,
  { symptom, failure, container, complains }: Failing,
  told: Told,
): Hypothesis | undefined {
  if (failure.how !== "refused" || complains) return undefined;
  const remembered = suspectsOf(scene, root).filter(({ worked }) => worked !== null);
  const [first, ...others] = remembered;
  if (first === undefined || others.length > 0 || !isContainerField(first, container.name, "args", "command"))
    return undefined;
  const charge = { category: categoryOf(first), root, symptoms: [symptom], ...told } as const;
  return blame({ ...charge, suspects: [first], prior: { right: 9, wrong: 1 } });
}

type Likely = { readonly intent: Intent; readonly because: string };

const ASKS = ["httpGet", "tcpSocket", "grpc"] as const;

// The one port that the container opens, or what its other probe asks with success. A port that answers is open, though
// nobody declares it.
function likelyProbe(scene: Scene, root: ObjectRef, found: Failing): Likely | undefined {
  if (isHeard(found.failure)) return undefined;
  const way = ASKS.find((candidate) => candidate in mapAt(found.container.spec, found.field));
  if (way === undefined) return undefined;
  const path = [...found.container.path, found.field, way, "port"];
  const asked =
    numberAt(found.container.spec, found.field, way, "port") ?? textAt(found.container.spec, found.field, way, "port");
  if (asked === undefined || declaredAt(scene, root, path) !== asked) return undefined;
  const ports = portsOf(found.container).filter(({ protocol }) => protocol === "TCP");
  if (isOpen(ports, asked)) return undefined;
  const target = siblingPort(found) ?? (ports.length === 1 ? (ports[0]?.name ?? ports[0]?.port) : undefined);
  if (target === undefined) return undefined;
  const to = typeof asked === "number" ? (numberOf(ports, target) ?? target) : target;
  const because = `${found.container.name} opens ${ports.map(({ name, port }) => (name === null ? port : `${port} (${name})`)).join(", ")}, not ${asked}`;
  return { intent: setting("set-probe", root, [{ path, from: asked, to }], because), because };
}

function isHeard({ how, text }: ProbeFailure): boolean {
  return how === "status" || (/awaiting headers|deadline exceeded/.test(text) && !/waiting for connection/.test(text));
}

function siblingPort({ container, field: failed }: Failing): number | string | undefined {
  const ports = portsOf(container);
  const others = (["livenessProbe", "readinessProbe", "startupProbe"] as const).filter((field) => field !== failed);
  const asked = others.flatMap((field) => ASKS.map((way) => portAsked(container, field, way)));
  return asked.find((port) => port !== undefined && isOpen(ports, port));
}

function portAsked({ spec }: Container, field: string, way: string): number | string | undefined {
  return numberAt(spec, field, way, "port") ?? textAt(spec, field, way, "port");
}

function isOpen(ports: ReturnType<typeof portsOf>, asked: number | string): boolean {
  return ports.some(({ port, name }) => port === asked || name === asked);
}

function numberOf(ports: ReturnType<typeof portsOf>, target: number | string): number | undefined {
  return ports.find(({ name, port }) => name === target || port === target)?.port;
}

function foretell(after: Scene, hypothesis: Hypothesis): Foretold {
  const template = podTemplateOf(after.lookup.get(hypothesis.root));
  const asksOpenPort = template !== undefined && containersOf(template).every(asksOwnPort);
  const told = onlyTells("running", "whether the probe is answered", hypothesis);
  return asksOpenPort ? { ...told, because: `it asks a port that the container opens; ${told.because}` } : told;
}

function asksOwnPort(container: Container): boolean {
  const ports = portsOf(container);
  return (["livenessProbe", "readinessProbe"] as const).every((field) =>
    ASKS.every((way) => {
      const asked = portAsked(container, field, way);
      return asked === undefined || ports.length === 0 || isOpen(ports, asked);
    }),
  );
}
